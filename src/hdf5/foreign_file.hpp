// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace engram::hdf5 {

/// An HDF5 file that another program wrote, opened by one rank to read: no checksums, numbers of
/// any width. All functions are local to the rank and throw on that rank only: call them inside
/// parallel::collectively. Nothing in the file is trusted; messages name it and the object.
class ForeignFile {
public:
    explicit ForeignFile(std::string path);
    ForeignFile(ForeignFile&&) noexcept;
    ForeignFile& operator=(ForeignFile&&) noexcept;
    ~ForeignFile();

    [[nodiscard]] const std::string& path() const;
    /// Whether there is a group or an array of this name.
    [[nodiscard]] bool exists(const std::string& object) const;
    [[nodiscard]] bool is_group(const std::string& object) const;
    /// Names in a group, sorted; none where there is no such group.
    [[nodiscard]] std::vector<std::string> children(const std::string& group) const;
    /// An attribute that is a text, of fixed or variable length; nothing where there is none.
    [[nodiscard]] std::optional<std::string> text_attribute(const std::string& object,
                                                            const std::string& name) const;

    /// Elements of an array of one dimension.
    [[nodiscard]] std::uint64_t size(const std::string& array) const;
    [[nodiscard]] bool holds_text(const std::string& array) const;
    /// Elements [begin, begin + count): whole numbers from 0 on, of any integer type.
    [[nodiscard]] std::vector<std::uint64_t> counts(const std::string& array, std::uint64_t begin,
                                                    std::uint64_t count) const;
    /// Elements [begin, begin + count) of any numeric type.
    [[nodiscard]] std::vector<double> reals(const std::string& array, std::uint64_t begin,
                                            std::uint64_t count) const;
    /// The elements of these indices, which may be in any order.
    [[nodiscard]] std::vector<double> reals_at(const std::string& array,
                                               std::span<const std::uint64_t> indices) const;
    /// All elements of an array of texts.
    [[nodiscard]] std::vector<std::string> texts(const std::string& array) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace engram::hdf5
