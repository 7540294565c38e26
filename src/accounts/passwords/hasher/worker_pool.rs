//! The hashing threads, their queue, and the memory of each thread.

use std::collections::VecDeque;
use std::fmt::Display;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use argon2::Block;
use parking_lot::{Condvar, Mutex, MutexGuard};
use tokio::sync::oneshot;

/// The priority of a job in the queue.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Priority {
    Stranger,
    /// A browser with a valid device cookie: places of the queue are reserved for it, so that a flood of strangers does
    /// not lock it out.
    KnownBrowser,
}

/// The queue is full, or the job failed (which is logged). The answer is 503.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no more passwords can be hashed right now")]
pub struct HashingQueueFull;

/// How long an idle thread keeps its memory.
const KEPT_IDLE: Duration = Duration::from_mins(1);

/// The nice value of the threads: pages come before hashes. While two threads hashed, the slowest in a hundred pages
/// took 11.4 ms at normal priority, and 4.5 to 5.5 ms at nice 10 to 19.
#[cfg(target_os = "linux")]
const NICE: i32 = 15;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// The memory of one thread. It is reused, because fresh pages of the system make a hash a fifth slower.
pub struct Memory(Vec<Block>);

impl Memory {
    const fn none() -> Self {
        Self(Vec::new())
    }

    /// This number of blocks of 1 KiB, whatever they contain.
    pub fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            // Frees first, so that the old and the new memory never exist at the same time.
            self.give_back();
            self.0 = vec![Block::new(); count];
        }
        &mut self.0[..count]
    }

    /// Frees all memory if a stored hash needed more than the usual amount.
    pub fn shrink_to(&mut self, usual: usize) {
        if self.0.len() > usual {
            self.give_back();
        }
    }

    fn give_back(&mut self) {
        self.0 = Vec::new();
    }

    /// Whether the memory has this number of blocks.
    #[cfg(test)]
    pub fn is_warm(&self, count: usize) -> bool {
        self.0.len() == count
    }

    fn is_held(&self) -> bool {
        self.0.capacity() > 0
    }
}

/// The waiting jobs. Closed when the pool is dropped.
#[derive(Default)]
struct Jobs {
    jobs: VecDeque<Job>,
    closed: bool,
}

#[derive(Default)]
struct JobQueue {
    waiting: Mutex<Jobs>,
    changed: Condvar,
}

impl JobQueue {
    /// No job runs while the lock is held, so a panic cannot leave the queue in a partial state.
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.waiting.lock()
    }

    /// The next job; `None` if the queue is closed. Frees the memory if no job arrives for [`KEPT_IDLE`].
    fn next(&self, memory: &mut Memory) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if waiting.closed {
                return None;
            }
            if let Some(job) = waiting.jobs.pop_front() {
                return Some(job);
            }
            self.rest(&mut waiting, memory, KEPT_IDLE);
        }
    }

    /// Waits for a change; no longer than `idle` if there is memory to free.
    fn rest(&self, waiting: &mut MutexGuard<'_, Jobs>, memory: &mut Memory, idle: Duration) {
        if !memory.is_held() {
            self.changed.wait(waiting);
            return;
        }
        let wait = self.changed.wait_for(waiting, idle);
        if wait.timed_out() && waiting.jobs.is_empty() {
            memory.give_back();
        }
    }
}

/// The hashing threads and their queue.
pub struct WorkerPool {
    queue: Arc<JobQueue>,
    room: usize,
    room_for_strangers: usize,
    threads: Vec<JoinHandle<()>>,
}

impl WorkerPool {
    /// Starts the threads.
    pub fn start(threads: usize, room: usize, reserved: usize) -> io::Result<Self> {
        let room = room.max(1);
        let room_for_strangers = room.saturating_sub(reserved).max(1);
        // Created first: if a later thread cannot be started, dropping it ends the earlier ones.
        let mut workers = Self {
            queue: Arc::default(),
            room,
            room_for_strangers,
            threads: Vec::new(),
        };
        for number in 1..=threads.max(1) {
            let queue = Arc::clone(&workers.queue);
            let named = thread::Builder::new().name(format!("hashing-{number}"));
            workers.threads.push(named.spawn(move || work(&queue))?);
        }
        Ok(workers)
    }

    /// Runs the job on one of the threads and returns its result.
    ///
    /// [`HashingQueueFull`] at once if no place of this priority is free; also if the job failed or panicked, which is
    /// logged. A job is not started if its caller was cancelled meanwhile.
    pub async fn run<T, E>(
        &self,
        priority: Priority,
        job: impl FnOnce(&mut Memory) -> Result<T, E> + Send + 'static,
    ) -> Result<T, HashingQueueFull>
    where
        T: Send + 'static,
        E: Display,
    {
        let (sender, answer) = oneshot::channel();
        let job: Job = Box::new(move |memory| {
            if sender.is_closed() {
                return;
            }
            match job(memory) {
                // The caller may have been cancelled; then the result is dropped.
                Ok(made) => drop(sender.send(made)),
                Err(error) => tracing::error!(%error, "a password could not be hashed"),
            }
        });
        self.enqueue(priority, job)?;
        answer.await.map_err(|_| HashingQueueFull)
    }

    fn enqueue(&self, priority: Priority, job: Job) -> Result<(), HashingQueueFull> {
        let room = match priority {
            Priority::Stranger => self.room_for_strangers,
            Priority::KnownBrowser => self.room,
        };
        let mut waiting = self.queue.lock();
        if waiting.jobs.len() >= room {
            return Err(HashingQueueFull);
        }
        waiting.jobs.push_back(job);
        drop(waiting);
        self.queue.changed.notify_one();
        Ok(())
    }
}

impl Drop for WorkerPool {
    fn drop(&mut self) {
        let mut waiting = self.queue.lock();
        waiting.closed = true;
        waiting.jobs.clear();
        drop(waiting);
        self.queue.changed.notify_all();
    }
}

/// The main loop of a thread.
fn work(queue: &JobQueue) {
    lower_priority();
    let mut memory = Memory::none();
    while let Some(job) = queue.next(&mut memory) {
        // A panic cannot leave the memory in a partial state: every hash overwrites it.
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            tracing::error!("a hashing job panicked");
        }
    }
}

/// Lowers this thread's priority. A refusal by the system is harmless.
fn lower_priority() {
    // On Linux the priority belongs to the thread; elsewhere this call would slow the whole process.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE);
}

#[cfg(test)]
mod tests;
