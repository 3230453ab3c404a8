#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "release/observation.h"
#include "release/rates.h"
#include "release/reading.h"

namespace vedette::release {

// How requests are counted in rows.
using Count = std::function<Tally(const Rows&)>;

// The question whose answer shows a number that was counted: the rows of from..to, with as few
// points as still give `want`, and with the answer unless that would be too long. `counted` says
// how it is read. Both times are points of the rows. Pure.
Source Prove(const Rows& rows, base::TimePoint from, base::TimePoint to, const Tally& want,
             const Count& count, std::string counted);

// The same question and answer as they are.
Source WithAnswer(const Rows& rows, std::string counted);

}  // namespace vedette::release
