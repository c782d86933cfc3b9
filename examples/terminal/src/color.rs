//! Colour, on a terminal only.

use std::io;

use anstyle::{AnsiColor, Style};
use cc_core::Urgency;
use cc_core::dashboard::Health;

/// The values of `--color`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub enum ColorArg {
    /// Colour on a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Colour, wherever the output goes
    Always,
    /// No colour
    Never,
}

/// The styles of the output; all are plain where there is no colour.
///
/// `format!("{0}text{0:#}", palette.bold)` switches a style on and off again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Palette {
    /// What stands out.
    pub bold: Style,
    /// What steps back.
    pub dim: Style,
    /// What is good.
    pub good: Style,
    /// What deserves a look.
    pub notice: Style,
    /// What needs care soon.
    pub warning: Style,
    /// What is wrong, or needs care now.
    pub alarm: Style,
}

impl Palette {
    /// The palette for standard output.
    pub fn stdout(choice: ColorArg) -> Self {
        Self::of(choice, anstream::AutoStream::choice(&io::stdout()))
    }

    /// The palette for standard error.
    pub fn stderr(choice: ColorArg) -> Self {
        Self::of(choice, anstream::AutoStream::choice(&io::stderr()))
    }

    /// How an urgency looks.
    pub fn urgency(&self, urgency: Urgency) -> Style {
        match urgency {
            Urgency::Info => self.dim,
            Urgency::Low => self.notice,
            Urgency::Medium => self.warning,
            Urgency::High | Urgency::Critical => self.alarm,
        }
    }

    /// How the health of a car looks.
    pub fn health(&self, health: Health) -> Style {
        match health {
            Health::Ok => self.good,
            Health::Unknown => self.dim,
            Health::Attention => self.warning,
            Health::Urgent => self.alarm,
        }
    }

    fn of(choice: ColorArg, detected: anstream::ColorChoice) -> Self {
        match choice {
            ColorArg::Always => Self::colored(),
            ColorArg::Auto if detected != anstream::ColorChoice::Never => Self::colored(),
            ColorArg::Auto | ColorArg::Never => Self::default(),
        }
    }

    fn colored() -> Self {
        let color = |color: AnsiColor| color.on_default();
        Self {
            bold: Style::new().bold(),
            dim: Style::new().dimmed(),
            good: color(AnsiColor::Green),
            notice: color(AnsiColor::Cyan),
            warning: color(AnsiColor::Yellow),
            alarm: color(AnsiColor::Red).bold(),
        }
    }
}
