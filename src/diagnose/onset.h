#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "diagnose/evidence.h"

namespace vedette::diagnose {

// Where the whole of a system shifted: the row that best splits the window into two periods, over
// all series together. Ranks are summed instead of values (a CUSUM of ranks, as in
// Lung-Yut-Fong, Levy-Leduc and Cappe, "Homogeneity and change-point detection tests for
// multivariate data using rank statistics"), so units and outliers do not matter. Nothing when the
// window has less than 12 rows or no series shifts by more than noise does. O(series * rows * log
// rows).
std::optional<size_t> FindShift(const std::vector<Series>& series, size_t rows);

// The first row from which at least four of the next five deviations are at least `threshold` in
// size; nothing if there is none. At the end of the table the rows that are left must all be.
std::optional<size_t> FirstSustained(const std::vector<double>& deviations, double threshold);

}  // namespace vedette::diagnose
