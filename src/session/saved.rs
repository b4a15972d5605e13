//! What `.save` writes: the lines so far that succeeded, so that they give again what they gave.

/// The lines of a session that a script of it has.
#[derive(Debug, Default)]
pub struct Saved {
    lines: Vec<String>,
    /// The calls of lines that failed, and so are not made by the script: those after the first number, up to the second.
    left_out: Vec<(u64, u64)>,
}

impl Saved {
    /// The lines, in order.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The script has this line.
    pub fn add(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// A line failed, and these calls that it made are not in the script: those after the first number, up to the second.
    pub fn leave_out(&mut self, after: u64, until: u64) {
        if after < until {
            self.left_out.push((after, until));
        }
    }

    /// How many of these calls the script makes too.
    pub fn count(&self, calls: &[u64]) -> usize {
        let is_left_out = |call: u64| self.left_out.iter().any(|(after, until)| call > *after && call <= *until);
        calls.iter().filter(|call| !is_left_out(**call)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_lines_that_failed_are_not_in_the_script() {
        let mut saved = Saved::default();
        saved.leave_out(2, 4);
        saved.leave_out(6, 6);
        assert_eq!(saved.count(&[1, 2, 3, 4, 5, 6, 7]), 5);
    }
}
