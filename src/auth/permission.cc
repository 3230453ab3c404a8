#include "auth/permission.h"

#include <array>
#include <utility>

namespace vedette::auth {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 5> kRoles = {{
    {Role::kViewer, "viewer"},
    {Role::kResponder, "responder"},
    {Role::kEditor, "editor"},
    {Role::kIngest, "ingest"},
    {Role::kAdmin, "admin"},
}};

constexpr unsigned Bit(Permission permission) { return 1u << static_cast<unsigned>(permission); }

constexpr unsigned PermissionsOf(Role role) {
  constexpr unsigned kRead = Bit(Permission::kRead);
  constexpr unsigned kRespond = Bit(Permission::kRespond);
  constexpr unsigned kEdit = Bit(Permission::kEdit);
  constexpr unsigned kIngest = Bit(Permission::kIngest);
  switch (role) {
    case Role::kViewer: return kRead;
    case Role::kResponder: return kRead | kRespond;
    case Role::kEditor: return kRead | kRespond | kEdit;
    case Role::kIngest: return kIngest;
    case Role::kAdmin: return kRead | kRespond | kEdit | kIngest | Bit(Permission::kAdmin);
  }
  return 0;
}

}  // namespace

std::string_view PermissionName(Permission permission) {
  switch (permission) {
    case Permission::kRead: return "read";
    case Permission::kIngest: return "ingest";
    case Permission::kRespond: return "respond";
    case Permission::kEdit: return "edit";
    case Permission::kAdmin: return "admin";
  }
  return "";
}

std::string_view RoleName(Role role) {
  for (const auto& [known, name] : kRoles) {
    if (known == role) return name;
  }
  return "";
}

std::optional<Role> ParseRole(std::string_view name) {
  for (const auto& [role, known] : kRoles) {
    if (known == name) return role;
  }
  return std::nullopt;
}

bool May(Role role, Permission permission) { return (PermissionsOf(role) & Bit(permission)) != 0; }

}  // namespace vedette::auth
