#pragma once

#include <vector>

#include "api/dashboard_book.h"
#include "api/route.h"

namespace vedette::api {

// Dashboards that people made:
//   GET /api/v1/dashboards                    their titles
//   POST /api/v1/dashboards                   a new one: title, variables, panels
//   GET, PUT, DELETE /api/v1/dashboards/{id}  with `revision`, PUT is refused (409) when another
//   has
//                                             changed it since; it makes what is not there
// Bodies beyond 256 KiB, 40 panels or 8 variables are errors that name the field. `book` outlives
// the routes. Thread-safe.
std::vector<Route> DashboardRoutes(DashboardBook& book);

}  // namespace vedette::api
