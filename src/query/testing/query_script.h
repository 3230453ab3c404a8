#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette::query::testing {

// Runs a script of PromQL tests (src/query/testdata/*.test) against a fresh engine over a
// MemoryStore. The language, line by line; `#` begins a comment line:
//
//   clear                                    forget all series
//   load 15s                                 what follows, indented: series and values from time 0
//     up{job="a"} 1 1 _ stale 0+10x5 7x2     `_` no sample, a+bxn: n+1 values, axn: n+1 times a,
//                                            _xn: n gaps
//   samples 1700000000                       the same with times, in seconds after a base (or 0)
//     up{job="b"} 1.5:3 20:4
//   eval instant at 5m EXPRESSION            what is expected follows, indented
//   eval range from 0 to 10m step 1m EXPRESSION
//     up{job="a"} 1                          a series; for a range a value or `_` per step
//     42                                     a scalar
//     "text"                                 a string
//     expect ordered                         the lines are in the order of the answer
//     expect fail                            it fails; `expect fail msg: TEXT` says with what
//     inside expect warn / expect info              a remark; also with `msg: TEXT`; else none is
//     allowed
//                                            (infos are, unless `expect no_info`)
//
// A matrix answer of an instant query is written as value@time pairs: up 1@60 2@75. Values agree
// when they differ by at most 1e-9 relatively.
struct ScriptReport {
  size_t evals = 0;
  std::vector<std::string> failures;  // "line 12: ..."
};
ScriptReport RunScript(std::string_view script);

}  // namespace vedette::query::testing
