#pragma once

namespace vedette::base {

// No type of the standard's, which g++ says of every use but this one.
__extension__ typedef unsigned __int128 Uint128;

}  // namespace vedette::base
