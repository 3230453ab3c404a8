#pragma once

#include <span>

#include "sql/database.h"

namespace vedette::notify::delivery {

// The tables of module "delivery", drawn in docs/formats/state.md.
std::span<const sql::Migration> Migrations();

}  // namespace vedette::notify::delivery
