#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "notify/routing/time_zone.h"

namespace vedette::notify::routing {

// The zone that a calendar program means by a TZID: a name of the IANA database; one that ends in
// such a name, as in "/freeassociation.sourceforge.net/Europe/Berlin"; a name of Windows ("W.
// Europe Standard Time"), whatever its case. `location` is what the calendar's own definition of
// the zone says of its place (X-LIC-LOCATION), and is tried last; it may be empty.
// kInvalidArgument.
base::Result<TimeZone> FindCalendarZone(std::string_view tzid, std::string_view location);

}  // namespace vedette::notify::routing
