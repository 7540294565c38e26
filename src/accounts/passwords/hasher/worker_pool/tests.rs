use super::*;
use std::convert::Infallible;
use std::sync::mpsc;

fn workers(threads: usize, room: usize, reserved: usize) -> WorkerPool {
    WorkerPool::start(threads, room, reserved).unwrap()
}

fn ready(answer: &'static str) -> impl FnOnce(&mut Memory) -> Result<&'static str, Infallible> {
    move |_| Ok(answer)
}

/// Holds the only thread until the sender that comes back is dropped.
fn occupy(workers: &WorkerPool) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (begun, begins) = mpsc::channel();
    let job: Job = Box::new(move |_| {
        begun.send(()).unwrap();
        assert!(held.recv().is_err());
    });
    assert_eq!(workers.enqueue(Priority::KnownBrowser, job), Ok(()));
    begins.recv().unwrap();
    release
}

fn fill(workers: &WorkerPool, priority: Priority) -> usize {
    (0..1_000)
        .take_while(|_| workers.enqueue(priority, Box::new(|_| ())).is_ok())
        .count()
}

/// ASVS 15.2.2
#[tokio::test]
async fn beyond_the_queue_everybody_is_turned_away_at_once() {
    let workers = workers(1, 6, 2);
    let release = occupy(&workers);
    assert_eq!(fill(&workers, Priority::Stranger), 4);
    assert_eq!(workers.run(Priority::Stranger, ready("stranger")).await, Err(HashingQueueFull));
    assert_eq!(fill(&workers, Priority::KnownBrowser), 2, "the places kept for them");
    assert_eq!(workers.run(Priority::KnownBrowser, ready("known")).await, Err(HashingQueueFull));
    drop(release);
}

#[test]
fn strangers_always_have_a_place() {
    for (room, reserved, strangers) in [(0, 0, 1), (1, 1, 1), (4, 9, 1), (4, 3, 1), (4, 0, 4)] {
        let workers = workers(1, room, reserved);
        let release = occupy(&workers);
        assert_eq!(fill(&workers, Priority::Stranger), strangers);
        drop(release);
    }
}

#[tokio::test]
async fn a_panic_or_an_error_costs_only_its_own_job() {
    let workers = workers(1, 4, 0);
    let answer = workers
        .run(Priority::Stranger, |_| -> Result<(), Infallible> { panic!("on purpose") })
        .await;
    assert_eq!(answer, Err(HashingQueueFull));
    assert_eq!(workers.run(Priority::Stranger, |_| Err::<(), _>("no random bytes")).await, Err(HashingQueueFull));
    assert_eq!(workers.run(Priority::Stranger, ready("alive")).await, Ok("alive"));
}

#[tokio::test]
async fn a_job_is_not_begun_when_its_asker_has_gone() {
    let workers = workers(1, 4, 0);
    let release = occupy(&workers);
    let mut gone = Box::pin(workers.run(Priority::Stranger, |_| -> Result<(), Infallible> { unreachable!() }));
    // Polled once, so that the job is in the queue; then its asker goes.
    assert!(tokio::select! { biased; _ = &mut gone => false, () = std::future::ready(()) => true });
    drop(gone);
    assert_eq!(workers.queue.lock().jobs.len(), 1);
    drop(release);
    assert_eq!(workers.run(Priority::Stranger, ready("next")).await, Ok("next"));
}

#[tokio::test]
async fn the_threads_end_with_their_slots() {
    let mut workers = workers(3, 4, 0);
    assert_eq!(workers.run(Priority::Stranger, ready("once")).await, Ok("once"));
    let threads = std::mem::take(&mut workers.threads);
    assert_eq!(threads.len(), 3);
    drop(workers);
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn memory_is_kept_between_jobs_and_given_back_after() {
    let mut memory = Memory::none();
    assert!(!memory.is_held());
    let first = memory.blocks(64).as_ptr();
    assert_eq!(memory.blocks(64).as_ptr(), first);
    assert_eq!(memory.blocks(8).len(), 8);
    memory.shrink_to(64);
    assert!(memory.is_held());
    assert_eq!(memory.blocks(65).len(), 65);
    memory.shrink_to(64);
    assert!(!memory.is_held());

    let queue = JobQueue::default();
    memory.blocks(64);
    queue.lock().jobs.push_back(Box::new(|_| ()));
    queue.rest(&mut queue.lock(), &mut memory, Duration::ZERO);
    assert!(memory.is_held(), "there is work");
    assert!(queue.next(&mut memory).is_some());
    queue.rest(&mut queue.lock(), &mut memory, Duration::ZERO);
    assert!(!memory.is_held(), "nothing has come");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_threads_let_pages_go_first() {
    let workers = workers(1, 1, 0);
    let nice = |_: &mut Memory| rustix::process::getpriority_process(Some(rustix::thread::gettid()));
    let mine = rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
    assert_eq!(workers.run(Priority::Stranger, nice).await, Ok(NICE.max(mine)));
    assert_eq!(rustix::process::getpriority_process(Some(rustix::thread::gettid())), Ok(mine), "no other thread's");
}
