//! A request that is answered by an instance of its own.

use std::time::Duration;

use http::Request;
use tokio::sync::oneshot;
use wasmtime_wasi_http::WasiBody;

use super::exchange::{Answer, Asked, Until, exchange};
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
    in_time(&site.around.limits, site.name, async {
        let mut made = recipe.make(site.around).await?;
        let Made { live, .. } = &mut made;
        live.begin(&site.around.limits)?;
        let (store, instance) = live.parts(site.id)?;
        let asked = Asked { name: site.name.to_owned(), request, until: Until::Idle, answer };
        let ended = exchange(store, &instance, site.handler, asked).await;
        ended.map_err(|error| live.failed(site.around, site.name, Stop::Error(error)))
    })
    .await
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
