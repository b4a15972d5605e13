//! The way of a question from a provider to the driver, and of the answer back.
//!
//! A provider asks from inside a guest's call, whose stack is small; the runner, which waits for that call on the stack of the
//! whole line, turns to the driver. Nothing here knows what a question is about.

use tokio::sync::{Mutex, mpsc, oneshot};

use crate::frontend::{Answer, Question};

/// A question and the way of its answer.
pub struct Asked {
    /// The question.
    pub question: Question,
    /// Where the answer goes; closed if nobody waits for it any more.
    pub reply: oneshot::Sender<Answer>,
}

/// Asks.
#[derive(Clone)]
pub struct Asker(mpsc::UnboundedSender<Asked>);

/// Questions that wait for the runner.
pub type Questions = Mutex<mpsc::UnboundedReceiver<Asked>>;

/// Both ends.
pub fn questions() -> (Asker, Questions) {
    let (asker, questions) = mpsc::unbounded_channel();
    (Asker(asker), Mutex::new(questions))
}

impl Asker {
    /// Waits for the answer to a question.
    pub async fn ask(&self, question: Question) -> Answer {
        let (reply, answer) = oneshot::channel();
        match self.0.send(Asked { question, reply }) {
            Ok(()) => answer.await.unwrap_or(Answer::Nobody),
            Err(_) => Answer::Nobody,
        }
    }
}
