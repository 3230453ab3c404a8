#pragma once

#include <string>
#include <vector>

#include "api/route.h"
#include "ingest/ingester.h"
#include "sources/json_items/items.h"

namespace vedette::api {

// Answers to requests of several items (log lines, events, changes): what became of each. Pure and
// thread-safe.

// Adds what the ingester rejected to what the parser did; `indexes` has, of each record given to
// the ingester, its place in the request.
void MergeRejections(std::vector<sources::json_items::Rejection>& rejected,
                     const std::vector<size_t>& indexes,
                     const std::vector<ingest::Rejection>& more);

// {"accepted", "ids", "rejected"}: 200 when all are stored, 207 when some are, 400 with an "error"
// when none is.
net::Response ItemsAnswer(const std::vector<std::string>& ids,
                          const std::vector<sources::json_items::Rejection>& rejected);

// True for bodies that browsers send across origins without asking, and for other protocols.
bool IsNotJson(const net::Headers& headers);
// 415 that says so.
net::Response NotJsonAnswer();

}  // namespace vedette::api
