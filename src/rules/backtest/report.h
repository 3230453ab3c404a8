#pragma once

#include <functional>
#include <string>

#include "model/severity.h"
#include "rules/backtest/backtest.h"

namespace vedette::rules::backtest {

// Whether an alert of a severity pages, by itself.
using Pages = std::function<bool(model::Severity)>;

// The report as JSON (openapi.json: Backtest).
std::string ToJson(const Report& report, const Pages& pages);

// The same JSON for a person at a terminal. Error: kDataLoss for what is none.
base::Result<std::string> ToText(std::string_view json);

}  // namespace vedette::rules::backtest
