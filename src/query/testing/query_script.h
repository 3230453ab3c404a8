#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette::query::testing {

// Runs a script of PromQL tests (src/query/testdata/*.test) against a fresh engine over a
// MemoryStore. The language is Prometheus' own (promql/promqltest/README.md there), with two
// additions. Line by line; `#` begins a comment line; a blank line ends what belongs to a command,
// unless it is indented:
//
//   clear                                    forget all series
//   load 15s                                 what follows: series and values from time 0
//     up{job="a"} 1 1 _ stale 0+10x5 7x2     `_` no sample, a+bxn and axn: n+1 values, _xn: n gaps
//     h {{schema:1 sum:3 count:2 buckets:[1 1] offset:-1 n_buckets:[] z_bucket:0 z_bucket_w:0.1
//        counter_reset_hint:gauge}}x3        a histogram (on one line); also {{..}}+{{..}}xn
//   load_with_nhcb 15s                       and classic histograms as native ones beside
//   samples 1700000000                       (added) with times, in seconds after a base
//     up{job="b"} 1.5:3 20:4
//   eval instant at 5m EXPRESSION            what is expected follows
//   eval range from 0 to 10m step 1m EXPRESSION
//     up{job="a"} 1                          a series; for a range a value or `_` per step
//     42                                     a scalar
//     expect string "text"                   a string
//     expect range vector from 0 to 1m step 15s   the answer is a matrix of these steps; (added)
//                                            without it: up 1@60 2@75
//     expect ordered                         the lines are in the order of the answer
//     expect fail | warn | info              it fails, or with a remark; also with `msg: TEXT` (a
//                                            part of it) or `regex: PATTERN`
//     expect no_warn | no_info               no such remark; no_warn is the default
//
// Instant queries must give the same as the middle step of a range query.
struct ScriptOptions {
  double tolerance = 1e-6;  // relative, of values
};

struct ScriptReport {
  size_t evals = 0;
  std::vector<std::string> failures;  // "line 12: ..."
};
ScriptReport RunScript(std::string_view script, const ScriptOptions& options = {});

}  // namespace vedette::query::testing
