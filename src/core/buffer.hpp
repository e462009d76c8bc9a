// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include <sys/mman.h>

namespace engram {

/// A large array that is not initialised, so that its pages are placed where the thread that fills
/// it runs, and that asks for huge pages. Fixed length.
template <class T>
class Buffer {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    Buffer() = default;
    explicit Buffer(std::size_t size) : size_(size) {
        if (size == 0) return;
        const std::size_t page = size * sizeof(T) >= huge_page ? huge_page : std::size_t{64};
        const std::size_t bytes = (size * sizeof(T) + page - 1) / page * page;
        data_ = static_cast<T*>(std::aligned_alloc(page, bytes));
        if (data_ == nullptr) throw std::bad_alloc();
        if (page == huge_page) madvise(data_, bytes, MADV_HUGEPAGE);
    }
    ~Buffer() { std::free(data_); }
    Buffer(Buffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    Buffer& operator=(Buffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }

    T* data() { return data_; }
    const T* data() const { return data_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t bytes() const { return size_ * sizeof(T); }
    T& operator[](std::size_t i) { return data_[i]; }
    const T& operator[](std::size_t i) const { return data_[i]; }
    T* begin() { return data_; }
    T* end() { return data_ + size_; }
    const T* begin() const { return data_; }
    const T* end() const { return data_ + size_; }
    operator std::span<const T>() const { return {data_, size_}; }

private:
    static constexpr std::size_t huge_page = std::size_t{1} << 21;
    T* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace engram
