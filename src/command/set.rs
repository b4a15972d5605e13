//! `.set`: how the session behaves.

use std::time::Duration;

use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::error::{Error, Kind, Result};
use crate::render::Color;
use crate::report::{Cell, Outcome, Report, Role, Table};
use crate::session::{Session, Settings};
use crate::units;
use crate::wording::{did_you_mean, suggest};

/// `.set [NAME [VALUE]]`
pub static SPEC: Spec = Spec {
    name: "set",
    args: &[
        Arg { name: "NAME", kind: ArgKind::Setting, count: Count::Optional },
        Arg { name: "VALUE", kind: ArgKind::SettingValue, count: Count::Optional },
    ],
    summary: "Show or change a setting",
    details: "Without VALUE it shows the setting's value, default and meaning; without NAME all of them. `fuel`, `timeout` and \
              `memory` bound each call from now on; a guest that reaches a bound is stopped and gets a fresh instance.",
    examples: &[(".set", "all settings"), (".set timeout 500ms", "no call may take longer")],
    group: Group::Session,
    run,
};

/// One setting: its name, what it means, and how it is read and written.
pub struct Setting {
    /// What `.set` calls it.
    pub name: &'static str,
    /// The values that it takes, for people.
    pub values: &'static str,
    /// What it does.
    pub meaning: &'static str,
    kind: SettingKind,
}

/// Every setting.
pub static SETTINGS: &[Setting] = &[
    setting("fuel", "N|off", "fuel that a call may use, about one unit an instruction", Fuel(|s| &mut s.limits.fuel)),
    setting("timeout", "500ms|2s|1m|off", "time that a call may take", Time(|s| &mut s.limits.timeout)),
    setting("memory", "64MiB|1GiB", "linear memory that a component may have", Memory(|s| &mut s.limits.memory)),
    setting("color", "auto|always|never", "colours: at a terminal, always, never", Colors(|s| &mut s.color)),
    setting(
        "output",
        "text|json",
        "results as text, or as one JSON object a line",
        Words(["text", "json"], |s| &mut s.json),
    ),
    setting("timing", "on|off", "show how long each line took", Words(["off", "on"], |s| &mut s.timing)),
];

/// What a setting holds, and where.
enum SettingKind {
    Fuel(fn(&mut Settings) -> &mut Option<u64>),
    Time(fn(&mut Settings) -> &mut Option<Duration>),
    Memory(fn(&mut Settings) -> &mut u64),
    Colors(fn(&mut Settings) -> &mut Color),
    /// One of two words, the second of which stands for yes.
    Words([&'static str; 2], fn(&mut Settings) -> &mut bool),
}

use SettingKind::{Colors, Fuel, Memory, Time, Words};

const fn setting(name: &'static str, values: &'static str, meaning: &'static str, kind: SettingKind) -> Setting {
    Setting { name, values, meaning, kind }
}

impl Setting {
    fn show(&self, settings: &Settings) -> String {
        let mut settings = settings.clone();
        match &self.kind {
            Fuel(place) => units::show_fuel(*place(&mut settings)),
            Time(place) => units::show_time(*place(&mut settings)),
            Memory(place) => units::show_memory(*place(&mut settings)),
            Colors(place) => place(&mut settings).name().to_owned(),
            Words(words, place) => words[usize::from(*place(&mut settings))].to_owned(),
        }
    }

    /// The error is a sentence for people.
    fn set(&self, settings: &mut Settings, text: &str) -> std::result::Result<(), String> {
        match &self.kind {
            Fuel(place) => *place(settings) = units::parse_fuel(text)?,
            Time(place) => *place(settings) = units::parse_time(text)?,
            Memory(place) => *place(settings) = units::parse_memory(text)?,
            Colors(place) => {
                *place(settings) = Color::named(text).ok_or_else(|| none_of(text, &Color::ALL.map(Color::name)))?;
            }
            Words(words, place) => {
                let which = words.iter().position(|word| *word == text);
                *place(settings) = which.ok_or_else(|| none_of(text, words))? == 1;
            }
        }
        Ok(())
    }
}

fn none_of(text: &str, words: &[&str]) -> String {
    format!("`{text}` is none of {}", words.join(", "))
}

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (Some(name), value) = (args.get(0), args.get(1)) else {
        return Ok(table(SETTINGS.iter(), &session.settings).into());
    };
    let setting = find(name)?;
    let Some(value) = value else { return Ok(table([setting].into_iter(), &session.settings).into()) };
    setting.set(&mut session.settings, &value.text).map_err(|wrong| {
        Error::new(Kind::Parse, wrong).at(value.span).help(format!("usage: .set {} {}", setting.name, setting.values))
    })?;
    session.engine.set_limits(session.settings.limits);
    Ok(Outcome::default().notice(format!("{} is {}", setting.name, setting.show(&session.settings))))
}

fn find(word: &Word) -> Result<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == word.text).ok_or_else(|| {
        let error = Error::new(Kind::Name, format!("there is no setting `{}`", word.text)).at(word.span);
        let nearest = suggest(&word.text, SETTINGS.iter().map(|setting| setting.name));
        error.help(did_you_mean(&nearest).unwrap_or_else(|| "`.set` lists the settings".into()))
    })
}

fn table<'a>(settings: impl Iterator<Item = &'a Setting>, now: &Settings) -> Report {
    let defaults = Settings::default();
    let rows = settings.map(|setting| {
        vec![
            Cell::new(Role::Name, setting.name),
            Cell::new(Role::Plain, setting.show(now)),
            Cell::new(Role::Dim, setting.show(&defaults)),
            Cell::new(Role::Plain, setting.values),
            Cell::new(Role::Plain, setting.meaning),
        ]
    });
    Report::Table(Table {
        columns: vec!["setting", "value", "default", "values", "meaning"],
        rows: rows.collect(),
        grouped: false,
        empty: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_shows_what_it_was_set_to() {
        let mut settings = Settings::default();
        for (name, value) in [
            ("fuel", "1000"),
            ("timeout", "2s"),
            ("memory", "64MiB"),
            ("color", "never"),
            ("output", "json"),
            ("timing", "on"),
        ] {
            let setting = SETTINGS.iter().find(|setting| setting.name == name).expect(name);
            assert_ne!(setting.show(&settings), value, "{name} before");
            assert_eq!(setting.set(&mut settings, value), Ok(()), "{name}");
            assert_eq!(setting.show(&settings), value, "{name} after");
            assert!(setting.set(&mut settings, "nonsense").is_err(), "{name}");
            assert_eq!(setting.show(&settings), value, "{name} after a refusal");
        }
        assert_eq!(SETTINGS.len(), 6);
    }
}
