#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vedette::auth {

// What a caller may do. Pure values.
enum class Permission : uint8_t {
  kRead,     // queries, lists, streams
  kIngest,   // telemetry in
  kRespond,  // acknowledge, resolve, comment
  kEdit,     // write results of rules over the past, run the simulation
  kAdmin,    // delete data, take snapshots
};

// What a key is for. The roles are not a ladder: a key of a shipper that only sends cannot read.
enum class Role : uint8_t { kViewer, kResponder, kEditor, kIngest, kAdmin };

std::string_view PermissionName(Permission permission);  // "read" ... "admin"
std::string_view RoleName(Role role);                    // "viewer" ... "admin"
std::optional<Role> ParseRole(std::string_view name);

// viewer: read. responder: read, respond. editor: read, respond, edit. ingest: ingest.
// admin: everything.
bool May(Role role, Permission permission);

}  // namespace vedette::auth
