// The part of ankerl::unordered_dense that mediasoup's worker uses, over the standard containers, since Debian 12 does
// not package the library. The worker uses only what both have in common (find, emplace, erase, iteration).
#ifndef NHIP_CAU_ANKERL_UNORDERED_DENSE_H
#define NHIP_CAU_ANKERL_UNORDERED_DENSE_H

#include <cstdint>
#include <functional>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	// std::hash is the identity for integers; the worker combines such hashes of ports and addresses, so spread the
	// bits first (the finaliser of MurmurHash3), as the real library does.
	template<typename T>
	struct hash
	{
		uint64_t operator()(const T& value) const noexcept
		{
			auto bits = static_cast<uint64_t>(std::hash<T>{}(value));

			if constexpr (std::is_integral_v<T> || std::is_enum_v<T> || std::is_pointer_v<T>)
			{
				bits = (bits ^ (bits >> 33)) * UINT64_C(0xff51afd7ed558ccd);
				bits = (bits ^ (bits >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
				bits ^= bits >> 33;
			}

			return bits;
		}
	};

	template<typename Key, typename Value, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
	using map = std::unordered_map<Key, Value, Hash, Equal>;

	template<typename Key, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
	using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense

#endif
