//! The threads that hash, the queue before them, and the memory each of them works in.

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

/// Who asks, for the queue.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Priority {
    /// Anybody.
    Stranger,
    /// A browser with a device cookie: its waiting places are kept from strangers, so that a flood of them locks nobody
    /// out.
    KnownBrowser,
}

/// Too many are waiting, or the machine failed at it (which is in the log). To be answered with 503.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no more passwords can be hashed right now")]
pub struct HashingQueueFull;

/// How long a thread keeps its memory without work.
const KEPT_IDLE: Duration = Duration::from_mins(1);

/// How nice the threads are: pages go before hashes. While two threads hashed, the slowest in a hundred pages took 11.4
/// ms at normal priority, and 4.5 to 5.5 ms at nice 10 to 19.
#[cfg(target_os = "linux")]
const NICE: i32 = 15;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// The memory of one thread: kept from hash to hash, because asking the system for fresh pages makes a hash a fifth
/// slower.
pub struct Memory(Vec<Block>);

impl Memory {
    const fn none() -> Self {
        Self(Vec::new())
    }

    /// So many blocks of 1 KiB, with whatever is in them.
    pub fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            // Freed first, so that old and new are never there together.
            self.give_back();
            self.0 = vec![Block::new(); count];
        }
        &mut self.0[..count]
    }

    /// Gives it all back when a stored hash asked for more than the usual.
    pub fn shrink_to(&mut self, usual: usize) {
        if self.0.len() > usual {
            self.give_back();
        }
    }

    fn give_back(&mut self) {
        self.0 = Vec::new();
    }

    /// Whether the last hash needed so many blocks.
    #[cfg(test)]
    pub fn is_warm(&self, count: usize) -> bool {
        self.0.len() == count
    }

    fn is_held(&self) -> bool {
        self.0.capacity() > 0
    }
}

/// The jobs that wait. Closed when the workers are dropped.
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
    /// No job runs under the lock, so a panic cannot leave it half changed.
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.waiting.lock()
    }

    /// The next job; `None` when there will be none. Gives the memory back when none has come for [`KEPT_IDLE`].
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

    /// Waits for a change, but with memory no longer than `idle`.
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

/// The threads and their queue.
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
        // Made first: if a later thread cannot be started, dropping this ends the earlier ones.
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

    /// Runs the job on one of the threads and gives back what it made.
    ///
    /// [`HashingQueueFull`] at once when the lane's places are taken; also when the job failed or panicked, which is logged. A job
    /// whose asker has gone meanwhile is not begun.
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
                // The asker may have gone: then nobody wants it.
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

/// The life of one thread.
fn work(queue: &JobQueue) {
    lower_priority();
    let mut memory = Memory::none();
    while let Some(job) = queue.next(&mut memory) {
        // The memory holds nothing that a panic could leave half done: every hash fills it anew.
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            tracing::error!("a hashing job panicked");
        }
    }
}

/// Lowers this thread's priority. If the system refuses, hashing is merely less polite.
fn lower_priority() {
    // On Linux the priority belongs to the thread; elsewhere this call would slow the whole process.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE);
}

#[cfg(test)]
mod tests;
