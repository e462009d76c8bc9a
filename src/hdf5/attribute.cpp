// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include "hdf5/file_impl.hpp"

namespace engram::hdf5 {
namespace {

constexpr std::size_t longest_text = std::size_t{1} << 20;

Handle text_type(std::size_t length, const Place& place) {
    Handle type(check(H5Tcopy(H5T_C_S1), "make a type for", place), H5Tclose);
    check(H5Tset_size(type, std::max<std::size_t>(1, length)), "make a type for", place);
    check(H5Tset_strpad(type, H5T_STR_NULLPAD), "make a type for", place);
    check(H5Tset_cset(type, H5T_CSET_UTF8), "make a type for", place);
    return type;
}

void write(hid_t object, const std::string& name, hid_t type, const Handle& space, const void* data,
           const Place& place) {
    const Handle attribute(
        check(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT),
              "create an attribute of", place),
        H5Aclose);
    check(H5Awrite(attribute, type, data), "write an attribute of", place);
}

/// Writes one alternative of Attribute.
struct Writer {
    hid_t object;
    const std::string& name;
    const Place& place;

    [[nodiscard]] Handle scalar() const {
        return {check(H5Screate(H5S_SCALAR), "describe", place), H5Sclose};
    }
    template <class T>
    void operator()(T value) const {
        write(object, name, element_type<T>(), scalar(), &value, place);
    }
    void operator()(bool value) const { (*this)(static_cast<std::int8_t>(value)); }
    void operator()(const std::string& value) const {
        write(object, name, text_type(value.size(), place), scalar(), value.c_str(), place);
    }
    template <class T>
    void operator()(const std::vector<T>& value) const {
        write(object, name, element_type<T>(), new_space({value.size()}, place), value.data(),
              place);
    }
};

/// An attribute that is read, and the checks on what the file says of it.
class Reader {
public:
    Reader(hid_t object, const std::string& name, const Place& place)
        : name_(name),
          place_(place),
          attribute_(check(H5Aopen(object, name.c_str(), H5P_DEFAULT),
                           ("open the attribute '" + name + "' of").c_str(), place),
                     H5Aclose),
          type_(check(H5Aget_type(attribute_), "read the type of an attribute of", place),
                H5Tclose) {
        const Handle space(
            check(H5Aget_space(attribute_), "read the shape of an attribute of", place), H5Sclose);
        count_ = static_cast<std::uint64_t>(
            check(H5Sget_simple_extent_npoints(space), "read the shape of an attribute of", place));
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }

    void require(bool condition, const char* what) const {
        if (!condition)
            throw Error("attribute '" + name_ + "' of '" + place_.object + "' in '" + place_.file +
                        "' is not " + what +
                        " (the file is damaged, or of another kind). Use another copy");
    }
    [[nodiscard]] bool is(H5T_class_t type) const { return H5Tget_class(type_) == type; }

    void read(hid_t type, void* data) const {
        check(H5Aread(attribute_, type, data), "read an attribute of", place_);
    }

    template <class T>
    [[nodiscard]] T integer() const {
        require(count_ == 1 && is(H5T_INTEGER) && H5Tget_size(type_) <= 8, "a whole number");
        if (H5Tget_sign(type_) == H5T_SGN_NONE) return fitting<T>(value<std::uint64_t>());
        return fitting<T>(value<std::int64_t>());
    }
    [[nodiscard]] double real() const {
        if (is(H5T_INTEGER)) return static_cast<double>(integer<std::int64_t>());
        require(count_ == 1 && is(H5T_FLOAT), "a number");
        return value<double>();
    }
    [[nodiscard]] std::string text() const {
        require(count_ == 1 && is(H5T_STRING) && H5Tis_variable_str(type_) == 0,
                "a text of fixed length");
        const std::size_t length = H5Tget_size(type_);
        require(length <= longest_text, "a text of reasonable length");
        std::string result(length, '\0');
        read(text_type(length, place_), result.data());
        return result.substr(0, result.find('\0'));
    }
    template <class T>
    [[nodiscard]] std::vector<T> list(std::uint64_t file_bytes) const {
        require(
            is(std::is_integral_v<T> ? H5T_INTEGER : H5T_FLOAT) && count_ <= file_bytes / sizeof(T),
            "a list of numbers");
        std::vector<T> result(count_);
        read(element_type<T>(), result.data());
        return result;
    }

private:
    template <class T>
    [[nodiscard]] T value() const {
        T result{};
        read(element_type<T>(), &result);
        return result;
    }
    template <class T, class From>
    [[nodiscard]] T fitting(From number) const {
        require(std::in_range<T>(number), "within the range of its type");
        return static_cast<T>(number);
    }

    const std::string& name_;
    const Place& place_;
    Handle attribute_, type_;
    std::uint64_t count_ = 0;
};

}  // namespace

void File::write_attribute(const std::string& object, const std::string& name,
                           const Attribute& value) {
    impl_->on_root([&] {
        const Place place = impl_->place(object);
        const Handle handle = open_object(impl_->file, place);
        std::visit(Writer{handle, name, place}, value);
    });
}

void File::write_enum_attribute(const std::string& object, const std::string& name,
                                const std::vector<std::string>& names, std::uint8_t value) {
    impl_->on_root([&] {
        const Place place = impl_->place(object);
        const Handle handle = open_object(impl_->file, place);
        const Handle type(check(H5Tenum_create(H5T_NATIVE_UINT8), "make a type for", place),
                          H5Tclose);
        std::uint8_t number = 0;
        for (const auto& word : names) {
            check(H5Tenum_insert(type, word.c_str(), &number), "make a type for", place);
            ++number;
        }
        const Handle space(check(H5Screate(H5S_SCALAR), "describe", place), H5Sclose);
        write(handle, name, type, space, &value, place);
    });
}

bool File::has_attribute(const std::string& object, const std::string& name) const {
    const Place place = impl_->place(object);
    const Handle handle = open_object(impl_->file, place);
    return check(H5Aexists(handle, name.c_str()), "look for an attribute of", place) > 0;
}

std::vector<std::string> File::attributes(const std::string& object) const {
    const Place place = impl_->place(object);
    const Handle handle = open_object(impl_->file, place);
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* list) -> herr_t {
        static_cast<std::vector<std::string>*>(list)->emplace_back(name);
        return 0;
    };
    check(H5Aiterate2(handle, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names),
          "list the attributes of", place);
    std::sort(names.begin(), names.end());
    return names;
}

template <class T>
T File::read_attribute(const std::string& object, const std::string& name) const {
    const Place place = impl_->place(object);
    const Handle handle = open_object(impl_->file, place);
    const Reader reader(handle, name, place);
    if constexpr (std::is_same_v<T, bool>) return reader.integer<std::int8_t>() != 0;
    else if constexpr (std::is_integral_v<T>) return reader.integer<T>();
    else if constexpr (std::is_same_v<T, double>) return reader.real();
    else if constexpr (std::is_same_v<T, std::string>) return reader.text();
    else return reader.list<typename T::value_type>(impl_->bytes);
}

template bool File::read_attribute(const std::string&, const std::string&) const;
template std::int64_t File::read_attribute(const std::string&, const std::string&) const;
template std::uint64_t File::read_attribute(const std::string&, const std::string&) const;
template std::uint32_t File::read_attribute(const std::string&, const std::string&) const;
template double File::read_attribute(const std::string&, const std::string&) const;
template std::string File::read_attribute(const std::string&, const std::string&) const;
template std::vector<double> File::read_attribute(const std::string&, const std::string&) const;
template std::vector<std::uint32_t> File::read_attribute(const std::string&,
                                                         const std::string&) const;

}  // namespace engram::hdf5
