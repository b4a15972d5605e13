//! A request that is answered by an instance of its own.

use std::time::Duration;

use http::Request;
use tokio::sync::oneshot;
use wasmtime_wasi_http::WasiBody;

use super::exchange::{Answer, Asked, Logged, Until, exchange};
use super::site::{Ended, Site};
use crate::engine::limits::Limits;
use crate::engine::runner::Stop;
use crate::engine::stores::{Made, Recipe};
use crate::error::{Error, Kind};
use crate::units;

/// Makes an instance, lets it answer, and ends it.
pub async fn answer(
    site: &Site<'_>,
    recipe: &Recipe,
    request: Request<WasiBody>,
    answer: oneshot::Sender<Answer>,
) -> Ended {
    let mut logged = None;
    let ended = in_time(&site.around.limits, site.name, async {
        let mut made = recipe.make(site.around).await?;
        let Made { live, .. } = &mut made;
        live.begin(&site.around.limits)?;
        let (store, instance) = live.parts(site.id)?;
        let status = logged.insert(Logged::begin(&site.around.host, site.name, &site.handler, &request)).status();
        let asked = Asked { request, until: Until::Idle, answer, status };
        let ended = exchange(store, &instance, &site.handler, asked).await;
        let ended = ended.map_err(|error| live.failed(site.around, site.name, Stop::Error(error)));
        // Before the store goes, and with it the calls that are under way in this one.
        logged.take().into_iter().for_each(|logged| logged.end(&ended));
        ended
    });
    let ended = ended.await;
    logged.into_iter().for_each(|logged| logged.end(&ended));
    ended
}

/// Gives up what does not end in time.
pub async fn in_time(limits: &Limits, name: &str, work: impl Future<Output = Ended>) -> Ended {
    let Some(timeout) = limits.timeout else { return work.await };
    tokio::time::timeout(timeout, work).await.unwrap_or_else(|_| Err(late(name, timeout)))
}

/// The error of what did not end in time.
pub fn late(name: &str, timeout: Duration) -> Error {
    let timeout = units::show_time(Some(timeout));
    Error::new(Kind::Limit, format!("{name} ran longer than the timeout of {timeout}"))
}
