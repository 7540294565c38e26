//! The buffer of lines that wait to be written. Its size is limited in bytes.

use std::ops::AddAssign;

/// The importance of a line, lowest first: when the buffer is full, lines of a lower rank are dropped.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Rank {
    Request,
    /// Any other event below a warning.
    Event,
    Warning,
}

/// How many lines were dropped.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Dropped {
    pub lines: u64,
    /// How many of them were warnings or errors.
    pub warnings: u64,
}

impl Dropped {
    fn count(&mut self, rank: Rank) {
        self.lines += 1;
        self.warnings += u64::from(rank == Rank::Warning);
    }
}

/// Lines that were taken out of the buffer, to be written.
#[derive(Default)]
pub struct Taken {
    /// All lines, concatenated.
    pub text: Vec<u8>,
    lines: Vec<(usize, Rank)>,
}

impl Taken {
    /// The lines that end after the first `written` bytes.
    pub fn beyond(&self, written: usize) -> Dropped {
        let mut beyond = Dropped::default();
        let mut end = 0;
        for (length, rank) in &self.lines {
            end += length;
            if end > written {
                beyond.count(*rank);
            }
        }
        beyond
    }
}

impl AddAssign for Dropped {
    fn add_assign(&mut self, other: Self) {
        self.lines += other.lines;
        self.warnings += other.warnings;
    }
}

/// The lines, in order.
pub struct Buffer {
    text: Vec<u8>,
    /// Length and rank of each line.
    lines: Vec<(usize, Rank)>,
    /// Bytes by rank.
    bytes: [usize; 3],
    max: usize,
    dropped: Dropped,
}

impl Buffer {
    pub const fn new(max: usize) -> Self {
        Self {
            text: Vec::new(),
            lines: Vec::new(),
            bytes: [0; 3],
            max,
            dropped: Dropped { lines: 0, warnings: 0 },
        }
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Bytes that are waiting.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds a line. If there is no room, lines of a lower rank are dropped, oldest first; if that is not enough, the
    /// new line is dropped itself.
    pub fn push(&mut self, line: &[u8], rank: Rank) {
        for lower in [Rank::Request, Rank::Event] {
            let lacking = (self.text.len() + line.len()).saturating_sub(self.max);
            if lacking > 0 && lower < rank && self.bytes[lower as usize] > 0 {
                // Drops a few more, so that not every new line moves all others.
                self.make_way(lower, lacking + self.max / 16);
            }
        }
        if self.text.len() + line.len() > self.max {
            self.dropped.count(rank);
            return;
        }
        self.text.extend_from_slice(line);
        self.lines.push((line.len(), rank));
        self.bytes[rank as usize] += line.len();
    }

    /// Drops the oldest lines of a rank, of at least `room` bytes in total.
    fn make_way(&mut self, rank: Rank, room: usize) {
        let (mut from, mut to) = (0, 0);
        let Self {
            text, lines, dropped, ..
        } = self;
        lines.retain(|(length, of)| {
            let keeps = *of != rank || from - to >= room;
            if keeps {
                text.copy_within(from..from + length, to);
                to += length;
            } else {
                dropped.count(*of);
            }
            from += length;
            keeps
        });
        text.truncate(to);
        self.bytes[rank as usize] -= from - to;
    }

    /// Moves all lines into `taken`, replacing its content.
    pub fn take(&mut self, taken: &mut Taken) {
        taken.text.clear();
        taken.lines.clear();
        std::mem::swap(&mut self.text, &mut taken.text);
        std::mem::swap(&mut self.lines, &mut taken.lines);
        self.bytes = [0; 3];
    }

    /// How many lines were dropped since the last call.
    pub fn take_dropped(&mut self) -> Dropped {
        std::mem::take(&mut self.dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(buffer: &mut Buffer) -> (String, Dropped) {
        let mut taken = Taken::default();
        buffer.take(&mut taken);
        (String::from_utf8(taken.text).unwrap(), buffer.take_dropped())
    }

    #[test]
    fn lines_keep_their_order() {
        let mut buffer = Buffer::new(100);
        buffer.push(b"a\n", Rank::Request);
        buffer.push(b"b\n", Rank::Warning);
        buffer.push(b"c\n", Rank::Event);
        assert_eq!(taken(&mut buffer), ("a\nb\nc\n".to_owned(), Dropped::default()));
        assert!(buffer.is_empty());
    }

    #[test]
    fn what_was_written_in_part_is_known() {
        let mut buffer = Buffer::new(100);
        for (line, rank) in [(b"a\n", Rank::Request), (b"b\n", Rank::Warning), (b"c\n", Rank::Event)] {
            buffer.push(line, rank);
        }
        let mut taken = Taken::default();
        buffer.take(&mut taken);
        for (written, lines, warnings) in [(0, 3, 1), (1, 3, 1), (2, 2, 1), (3, 2, 1), (4, 1, 0), (6, 0, 0)] {
            assert_eq!(taken.beyond(written), Dropped { lines, warnings }, "{written}");
        }
    }

    #[test]
    fn what_does_not_fit_is_dropped_and_counted() {
        let mut buffer = Buffer::new(6);
        for line in [b"a\n", b"b\n", b"c\n", b"d\n", b"e\n"] {
            buffer.push(line, Rank::Request);
        }
        assert_eq!(taken(&mut buffer), ("a\nb\nc\n".to_owned(), Dropped { lines: 2, warnings: 0 }));
        buffer.push(b"longer than all\n", Rank::Warning);
        assert_eq!(taken(&mut buffer), (String::new(), Dropped { lines: 1, warnings: 1 }));
    }

    #[test]
    fn lines_that_matter_less_make_way() {
        let mut buffer = Buffer::new(8);
        buffer.push(b"r\n", Rank::Request);
        buffer.push(b"e\n", Rank::Event);
        buffer.push(b"r\n", Rank::Request);
        buffer.push(b"w\n", Rank::Warning);
        buffer.push(b"e\n", Rank::Event);
        assert_eq!(taken(&mut buffer), ("e\nr\nw\ne\n".to_owned(), Dropped { lines: 1, warnings: 0 }));

        for _ in 0..4 {
            buffer.push(b"e\n", Rank::Event);
        }
        buffer.push(b"w\n", Rank::Warning);
        buffer.push(b"r\n", Rank::Request);
        assert_eq!(taken(&mut buffer), ("e\ne\ne\nw\n".to_owned(), Dropped { lines: 2, warnings: 0 }));

        for _ in 0..5 {
            buffer.push(b"w\n", Rank::Warning);
        }
        buffer.push(b"r\n", Rank::Request);
        assert_eq!(taken(&mut buffer), ("w\nw\nw\nw\n".to_owned(), Dropped { lines: 2, warnings: 1 }));
    }
}
