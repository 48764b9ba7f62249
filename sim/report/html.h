// The report as a web page.
#pragma once

#include <string>

#include "sim/report/report.h"

namespace vernier {

// One self-contained file: what was run, what was compared, cycles of each layer by reason and
// energy by component as stacked bars (inline SVG), and the table. It holds no script, loads
// nothing from elsewhere and forbids both by its own content policy; every name in it is escaped.
// Needs the cycle level's summary.
std::string report_html(const Report& report);

}  // namespace vernier
