#pragma once

#include <span>

#include "sql/database.h"

namespace vedette::incident::journal {

// The tables of module "incident", drawn in docs/formats/state.md.
std::span<const sql::Migration> Migrations();

}  // namespace vedette::incident::journal
