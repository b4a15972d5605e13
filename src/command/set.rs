//! `.set`: how the session behaves.

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
    show: fn(&Settings) -> String,
    set: fn(&mut Settings, &str) -> std::result::Result<(), String>,
}

/// Every setting.
pub static SETTINGS: &[Setting] = &[
    Setting {
        name: "fuel",
        values: "N|off",
        meaning: "fuel that a call may use, about one unit an instruction",
        show: |settings| units::show_fuel(settings.limits.fuel),
        set: |settings, text| units::parse_fuel(text).map(|fuel| settings.limits.fuel = fuel),
    },
    Setting {
        name: "timeout",
        values: "500ms|2s|1m|off",
        meaning: "time that a call may take",
        show: |settings| units::show_time(settings.limits.timeout),
        set: |settings, text| units::parse_time(text).map(|time| settings.limits.timeout = time),
    },
    Setting {
        name: "memory",
        values: "64MiB|1GiB",
        meaning: "linear memory that a component may have",
        show: |settings| units::show_memory(settings.limits.memory),
        set: |settings, text| units::parse_memory(text).map(|memory| settings.limits.memory = memory),
    },
    Setting {
        name: "color",
        values: "auto|always|never",
        meaning: "colours: at a terminal, always, never",
        show: |settings| settings.color.name().to_owned(),
        set: |settings, text| {
            let color = Color::named(text).ok_or_else(|| none_of(text, &Color::ALL.map(Color::name)))?;
            settings.color = color;
            Ok(())
        },
    },
    Setting {
        name: "output",
        values: "text|json",
        meaning: "results as text, or as one JSON object a line",
        show: |settings| OUTPUTS[usize::from(settings.json)].to_owned(),
        set: |settings, text| one_of(text, &OUTPUTS).map(|i| settings.json = i == 1),
    },
    Setting {
        name: "timing",
        values: "on|off",
        meaning: "show how long each line took",
        show: |settings| SWITCH[usize::from(settings.timing)].to_owned(),
        set: |settings, text| one_of(text, &SWITCH).map(|i| settings.timing = i == 1),
    },
];

const OUTPUTS: [&str; 2] = ["text", "json"];
const SWITCH: [&str; 2] = ["off", "on"];

/// Which of the words it is.
fn one_of(text: &str, words: &[&str]) -> std::result::Result<usize, String> {
    words.iter().position(|word| *word == text).ok_or_else(|| none_of(text, words))
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
    (setting.set)(&mut session.settings, &value.text).map_err(|wrong| {
        Error::new(Kind::Parse, wrong).at(value.span).help(format!("usage: .set {} {}", setting.name, setting.values))
    })?;
    session.engine.set_limits(session.settings.limits);
    Ok(Outcome::default().notice(format!("{} is {}", setting.name, (setting.show)(&session.settings))))
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
            Cell::new(Role::Plain, (setting.show)(now)),
            Cell::new(Role::Dim, (setting.show)(&defaults)),
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
            assert_ne!((setting.show)(&settings), value, "{name} before");
            assert_eq!((setting.set)(&mut settings, value), Ok(()), "{name}");
            assert_eq!((setting.show)(&settings), value, "{name} after");
            assert!((setting.set)(&mut settings, "nonsense").is_err(), "{name}");
            assert_eq!((setting.show)(&settings), value, "{name} after a refusal");
        }
        assert_eq!(SETTINGS.len(), 6);
    }
}
