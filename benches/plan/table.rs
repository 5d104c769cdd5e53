//! The table that is printed.

/// Prints a row as soon as it is measured, and the ratios at the end.
pub struct Table {
    ratios: Vec<String>,
    exponents: Vec<String>,
}

impl Table {
    pub fn new() -> Self {
        println!("{:<70} {:>9} {:>12} {:>7}", "what", "bar", "measured", "calls");
        Self { ratios: Vec::new(), exponents: Vec::new() }
    }

    pub fn row(
        &mut self,
        what: &str,
        bar: &str,
        limit: f64,
        measured: f64,
        unit: &str,
        calls: Option<usize>,
    ) {
        let measured_text = match unit {
            "" => format!("{measured:.0}"),
            _ => format!("{measured:.1} {unit}"),
        };
        let calls = calls.map_or_else(String::new, |calls| calls.to_string());
        let above = if measured > limit { "  above" } else { "" };
        println!("{what:<70} {bar:>9} {measured_text:>12} {calls:>7}{above}");
    }

    /// Prints a line that is no measurement.
    pub fn note(&self, text: &str) {
        println!("{text}");
    }

    pub fn ratio(&mut self, what: &str, ratio: f64, bar: Option<f64>) {
        let above = if bar.is_some_and(|bar| ratio > bar) { "  above" } else { "" };
        let bar = bar.map_or_else(|| "-".to_owned(), |bar| format!("{bar:.2}"));
        self.ratios.push(format!("{what:<70} {bar:>9} {ratio:>12.2}{above}"));
    }

    pub fn exponent(&mut self, what: &str, exponent: f64, bar: f64) {
        let above = if exponent > bar { "  above" } else { "" };
        self.exponents.push(format!("{what:<70} {bar:>9.2} {exponent:>12.2}{above}"));
    }

    pub fn end(self) {
        if self.ratios.is_empty() {
            return;
        }
        println!("\n{:<70} {:>9} {:>12}", "ratio in this run", "bar", "measured");
        for ratio in self.ratios {
            println!("{ratio}");
        }
        println!("\n{:<70} {:>9} {:>12}", "growth with", "bar", "exponent");
        for exponent in self.exponents {
            println!("{exponent}");
        }
    }
}
