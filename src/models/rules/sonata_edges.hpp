// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/rule.hpp"

namespace engram {

/// The edges of a SONATA file, or those of some edge types; each rank reads a part of the file.
struct sonata_edges {
    static constexpr std::string_view doc =
        "the edges of a SONATA file: file, population and, if wanted, types (edge_type_id)";
    static constexpr std::string_view source = "Dai et al. 2020, doi:10.1371/journal.pcbi.1007696";
    struct Parameters {};
    static constexpr std::tuple<> parameter_fields{};
};

}  // namespace engram
