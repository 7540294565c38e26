//! How much memory this process may use, and how many password hashes fit into it at once.
//!
//! The system kills a container or a service that uses more memory than its control group allows. The number of cores
//! says nothing about memory: 32 hashes of 19 MiB need more than the 512 MiB of a small service.

use std::fs;
use std::path::{Path, PathBuf};

use super::passwords::Argon2Cost;
use super::problem::Check;
use super::raw;

const MIB: u64 = 1 << 20;

/// The memory needed at worst for everything except hashes: the program, full rate limits, open forms.
/// `docs/security.md`, section "Resources", lists it.
pub const BASE_MEMORY: u64 = 192 * MIB;

/// The same for a limited address space (`RLIMIT_AS`): stacks and reservations of the allocator count there, used or
/// not.
const BASE_ADDRESS_SPACE: u64 = 1_536 * MIB;

/// The address space of a thread's stack.
const STACK: u64 = 2 * MIB;

/// A limit of this size or more is no limit: the first version of control groups writes almost 2^63.
const NONE_FROM: u64 = 1 << 60;

/// The memory that this process may use, as far as it is limited.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Allowed {
    /// The limit of control groups.
    pub memory: Option<u64>,
    /// The limit of `RLIMIT_AS`, which is about address space.
    pub addresses: Option<u64>,
}

/// The memory needed at worst, and allowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Budget {
    /// Bytes, hashes included.
    pub needed: u64,
    pub allowed: Allowed,
    pub fits: bool,
}

impl Budget {
    /// For this number of concurrent hashes.
    #[must_use]
    pub fn of(threads: usize, cost: Argon2Cost, allowed: Allowed) -> Self {
        let threads_needed = u64::try_from(threads).unwrap_or(u64::MAX);
        let needed = BASE_MEMORY.saturating_add(threads_needed.saturating_mul(one_hash(cost)));
        Self {
            needed,
            allowed,
            fits: threads <= most_threads(cost, allowed),
        }
    }

    /// Bytes as mebibytes, rounded up.
    #[must_use]
    pub fn mib(bytes: u64) -> u64 {
        bytes.div_ceil(MIB)
    }
}

/// How many hashes are computed at once.
pub(super) fn hashing_threads(check: &mut Check, raw: &raw::Hashing, argon2: Argon2Cost, allowed: Allowed) -> usize {
    // This respects a limit of processor time, too (cgroups, sched_setaffinity).
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = raw.threads.unwrap_or_else(|| default_threads(cores, argon2, allowed));
    if threads == 0 || raw.queue == 0 {
        check.problem("hashing.threads", "and hashing.queue must be at least 1");
    }
    threads
}

/// One thread for each core, but no more than fit into the memory, and at least one.
fn default_threads(cores: usize, cost: Argon2Cost, allowed: Allowed) -> usize {
    cores.min(most_threads(cost, allowed)).max(1)
}

fn one_hash(cost: Argon2Cost) -> u64 {
    u64::from(cost.memory_kib).saturating_mul(1024)
}

fn most_threads(cost: Argon2Cost, allowed: Allowed) -> usize {
    let fit = |allowed: Option<u64>, beside: u64, one: u64| {
        allowed.map_or(usize::MAX, |allowed| {
            usize::try_from(allowed.saturating_sub(beside) / one.max(1)).unwrap_or(usize::MAX)
        })
    };
    let one = one_hash(cost);
    fit(allowed.memory, BASE_MEMORY, one).min(fit(allowed.addresses, BASE_ADDRESS_SPACE, one + STACK))
}

impl Allowed {
    /// The limits of this process.
    #[must_use]
    pub fn here() -> Self {
        use rustix::process::{Resource, getrlimit};
        Self {
            memory: by_control_groups(Path::new("/")),
            addresses: getrlimit(Resource::As).current,
        }
    }
}

/// The lowest limit of this process's control groups and their ancestors. `root` is the folder in which `/proc` and the
/// mounted groups are found.
fn by_control_groups(root: &Path) -> Option<u64> {
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).ok()?;
    let mounts = fs::read_to_string(root.join("proc/self/mountinfo")).ok()?;
    let limits = groups.lines().filter_map(|line| {
        // `0::/system.slice/vestibule.service`, or `5:memory:/docker/4f…` (cgroups(7)).
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, group) = (parts.next()?, parts.next()?);
        let first_version = match controllers {
            "" => false,
            list if list.split(',').any(|name| name == "memory") => true,
            _ => return None,
        };
        let mount = mounts
            .lines()
            .filter_map(Mount::parse)
            .find(|mount| mount.holds(first_version))?;
        let files: &[&str] = if first_version {
            &["memory.limit_in_bytes"]
        } else {
            // Above `memory.high` the kernel slows a process down to a standstill.
            &["memory.max", "memory.high"]
        };
        mount.least(root, group, files)
    });
    limits.min()
}

/// The relevant fields of a line of `/proc/self/mountinfo` (proc(5)).
struct Mount<'a> {
    /// The visible part of the mounted tree: in a container often the container's own group.
    part: &'a str,
    /// The mount point.
    point: &'a str,
    kind: &'a str,
    options: &'a str,
}

impl<'a> Mount<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (here, there) = line.split_once(" - ")?;
        let mut here = here.split(' ').skip(3);
        let mut there = there.split(' ');
        Some(Self {
            part: here.next()?,
            point: here.next()?,
            kind: there.next()?,
            options: there.nth(1).unwrap_or_default(),
        })
    }

    fn holds(&self, first_version: bool) -> bool {
        if first_version {
            self.kind == "cgroup" && self.options.split(',').any(|option| option == "memory")
        } else {
            self.kind == "cgroup2"
        }
    }

    /// The lowest limit from a group up to the mount.
    fn least(&self, root: &Path, group: &str, files: &[&str]) -> Option<u64> {
        let top = root.join(self.point.trim_start_matches('/'));
        let below = group
            .strip_prefix(self.part.trim_end_matches('/'))
            .filter(|below| below.is_empty() || below.starts_with('/'))
            // The group is outside of the visible part, as in another container's view: the visible part is our own.
            .unwrap_or_default();
        // A group outside of the namespace is written as `/../other`.
        let below: PathBuf = below.split('/').filter(|name| !matches!(*name, "" | "." | "..")).collect();
        let groups = below.ancestors().map(|group| top.join(group));
        groups
            .flat_map(|group| files.iter().map(move |file| group.join(file)))
            .filter_map(|file| fs::read_to_string(file).ok()?.trim().parse::<u64>().ok())
            .filter(|limit| *limit < NONE_FROM)
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COST: Argon2Cost = Argon2Cost {
        memory_kib: 19_456,
        iterations: 2,
        parallelism: 1,
    };

    fn memory(mib: u64) -> Allowed {
        Allowed {
            memory: Some(mib * MIB),
            addresses: None,
        }
    }

    #[test]
    fn as_many_hashes_as_cores_but_no_more_than_fit_into_the_memory() {
        for (cores, allowed, threads) in [
            (32, Allowed::default(), 32),
            (32, memory(512), 16),
            (4, memory(512), 4),
            (32, memory(256), 3),
            (32, memory(800), 32),
            (32, memory(100), 1),
            (0, Allowed::default(), 1),
            (64, memory(0), 1),
        ] {
            assert_eq!(default_threads(cores, COST, allowed), threads, "{cores} {allowed:?}");
        }
        let addresses = Allowed {
            memory: Some(4_096 * MIB),
            addresses: Some(2_048 * MIB),
        };
        assert_eq!(default_threads(32, COST, addresses), 24);
        let dear = Argon2Cost {
            memory_kib: 65_536,
            ..COST
        };
        assert_eq!(default_threads(32, dear, memory(512)), 5);
    }

    #[test]
    fn the_default_always_fits_where_one_hash_does_and_a_greater_value_may_not() {
        for (mib, cores) in [(212, 1), (512, 32), (512, 4), (1_024, 96)] {
            let threads = default_threads(cores, COST, memory(mib));
            let budget = Budget::of(threads, COST, memory(mib));
            assert!(budget.fits && budget.needed <= mib * MIB, "{mib} {budget:?}");
        }
        assert!(!Budget::of(17, COST, memory(512)).fits);
        assert!(!Budget::of(1, COST, memory(200)).fits);
        assert!(Budget::of(1_000, COST, Allowed::default()).fits);
        assert_eq!(Budget::mib(Budget::of(16, COST, memory(512)).needed), 496);
    }

    /// The result for a machine with these files, given by path and content.
    fn machine(files: &[(&str, &str)]) -> Option<u64> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        by_control_groups(root.path()).map(|bytes| bytes / MIB)
    }

    const SECOND: &str =
        "29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

    #[test]
    fn a_service_heeds_every_group_above_it() {
        let service = |slice: &str, own: &str, high: &str| {
            machine(&[
                ("proc/self/cgroup", "0::/system.slice/vestibule.service\n"),
                ("proc/self/mountinfo", SECOND),
                ("sys/fs/cgroup/system.slice/memory.max", slice),
                ("sys/fs/cgroup/system.slice/vestibule.service/memory.max", own),
                ("sys/fs/cgroup/system.slice/vestibule.service/memory.high", high),
            ])
        };
        assert_eq!(service("max\n", "536870912\n", "max\n"), Some(512));
        assert_eq!(service("268435456\n", "536870912\n", "max\n"), Some(256));
        assert_eq!(service("268435456\n", "max\n", "max\n"), Some(256));
        assert_eq!(service("max\n", "536870912\n", "134217728\n"), Some(128));
        assert_eq!(service("max\n", "max\n", "max\n"), None);
    }

    #[test]
    fn a_container_sees_its_own_group_at_the_top() {
        let files = [
            ("proc/self/cgroup", "0::/\n"),
            ("proc/self/mountinfo", SECOND),
            ("sys/fs/cgroup/memory.max", "536870912\n"),
        ];
        assert_eq!(machine(&files), Some(512));
        // Without a namespace of its own, the process sees its path on the host, but only its own part of the tree.
        let files = [
            ("proc/self/cgroup", "0::/docker/4f2a/init\n"),
            ("proc/self/mountinfo", "29 23 0:26 /docker/4f2a /sys/fs/cgroup ro - cgroup2 cgroup rw\n"),
            ("sys/fs/cgroup/memory.max", "536870912\n"),
            ("sys/fs/cgroup/init/memory.max", "max\n"),
        ];
        assert_eq!(machine(&files), Some(512));
        // A process that was moved out of its namespace.
        let files = [
            ("proc/self/cgroup", "0::/../other\n"),
            ("proc/self/mountinfo", SECOND),
            ("sys/fs/cgroup/memory.max", "536870912\n"),
        ];
        assert_eq!(machine(&files), Some(512));
    }

    #[test]
    fn the_first_version_is_read_too() {
        let mounts = "30 23 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n\
                      31 23 0:28 /docker/4f2a /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n";
        let files = |own: &'static str| {
            [
                (
                    "proc/self/cgroup",
                    "12:cpu,cpuacct:/docker/4f2a\n5:memory:/docker/4f2a\n1:name=systemd:/docker/4f2a\n0::/\n",
                ),
                ("proc/self/mountinfo", mounts),
                ("sys/fs/cgroup/memory/memory.limit_in_bytes", own),
            ]
        };
        assert_eq!(machine(&files("536870912\n")), Some(512));
        assert_eq!(machine(&files("9223372036854771712\n")), None);
    }

    #[test]
    fn without_control_groups_nothing_is_limited() {
        assert_eq!(machine(&[]), None);
        assert_eq!(machine(&[("proc/self/cgroup", "0::/\n"), ("proc/self/mountinfo", "")]), None);
        assert_eq!(
            machine(&[
                ("proc/self/cgroup", "nonsense"),
                ("proc/self/mountinfo", "a - b\n - \n")
            ]),
            None
        );
    }
}
