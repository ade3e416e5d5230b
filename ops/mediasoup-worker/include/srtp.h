// The libsrtp 3 interface that mediasoup's worker is written against, on top of libsrtp 2.
//
// mediasoup moved to libsrtp 3, which no Debian release packages yet. The two differ only in shape: 3 hides the policy
// behind functions, protects from one buffer into another and counts in size_t. Everything that touches a key or a
// packet's bytes is libsrtp 2's own code; this file only carries arguments across.
#ifndef NHIP_CAU_SRTP_3_ON_2_H
#define NHIP_CAU_SRTP_3_ON_2_H

// 2's public policy struct must not take the name that 3 gives to its opaque handle.
#define srtp_policy_t srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

// Codes that 2 lacks, with 3's numbers; both lie inside the enumeration's value range (0..31).
constexpr srtp_err_status_t srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
constexpr srtp_err_status_t srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

struct srtp_policy_on_2
{
	srtp2_policy_t policy{};
	size_t key_len{ 0 };
	size_t salt_len{ 0 };
	unsigned char key[SRTP_MAX_KEY_LEN]{};
};

using srtp_policy_t = srtp_policy_on_2*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	*policy = new (std::nothrow) srtp_policy_on_2();

	return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
	if (!policy)
	{
		return;
	}

	// Through a volatile pointer, so that wiping the master key is not optimised away.
	volatile unsigned char* key = policy->key;

	for (size_t i = 0; i < sizeof(policy->key); ++i)
	{
		key[i] = 0;
	}

	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->policy.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	const srtp_err_status_t err = srtp_crypto_policy_set_from_profile_for_rtp(&policy->policy.rtp, profile);

	if (err != srtp_err_status_ok)
	{
		return err;
	}

	policy->key_len  = srtp_profile_get_master_key_length(profile);
	policy->salt_len = srtp_profile_get_master_salt_length(profile);

	return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->policy.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const uint8_t* key,
  size_t key_len,
  const uint8_t* salt,
  size_t salt_len,
  const uint8_t* mki,
  size_t mki_len)
{
	// The worker uses neither several keys nor a key identifier; refuse rather than ignore one.
	if (mki || mki_len != 0 || policy->policy.key)
	{
		return srtp_err_status_bad_param;
	}

	if (key_len == 0 || key_len != policy->key_len || salt_len != policy->salt_len || key_len + salt_len > sizeof(policy->key))
	{
		return srtp_err_status_bad_param;
	}

	std::memcpy(policy->key, key, key_len);
	std::memcpy(policy->key + key_len, salt, salt_len);
	policy->policy.key = policy->key;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
	policy->policy.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t window_size)
{
	policy->policy.window_size = static_cast<unsigned long>(window_size);

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	return srtp_create(session, &policy->policy);
}

// 2 looks the stream up by the SSRC as it stands in the packet, which is what the worker passes (network order).
inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}

// 2 works in place and trusts that the trailer fits: copy first (a no-op when in and out are one buffer), and check the
// room for the worst case before 2 writes a byte. An SRTCP trailer also holds a four byte index.
template<typename Transform>
inline srtp_err_status_t srtp_in_place_on_2(
  const uint8_t* in, size_t in_len, uint8_t* out, size_t* out_len, size_t trailer, Transform transform)
{
	if (in_len > INT_MAX - trailer)
	{
		return srtp_err_status_bad_param;
	}

	if (*out_len < in_len + trailer)
	{
		return srtp_err_status_buffer_small;
	}

	if (in != out)
	{
		std::memmove(out, in, in_len);
	}

	int len                     = static_cast<int>(in_len);
	const srtp_err_status_t err = transform(out, &len);

	if (err == srtp_err_status_ok)
	{
		*out_len = static_cast<size_t>(len);
	}

	return err;
}

inline srtp_err_status_t srtp_protect(
  srtp_t ctx, const uint8_t* rtp, size_t rtp_len, uint8_t* srtp, size_t* srtp_len, size_t /*mki_index*/)
{
	return srtp_in_place_on_2(
	  rtp, rtp_len, srtp, srtp_len, SRTP_MAX_TRAILER_LEN, [ctx](void* p, int* n) { return srtp_protect(ctx, p, n); });
}

inline srtp_err_status_t srtp_unprotect(srtp_t ctx, const uint8_t* srtp, size_t srtp_len, uint8_t* rtp, size_t* rtp_len)
{
	return srtp_in_place_on_2(
	  srtp, srtp_len, rtp, rtp_len, 0, [ctx](void* p, int* n) { return srtp_unprotect(ctx, p, n); });
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t ctx, const uint8_t* rtcp, size_t rtcp_len, uint8_t* srtcp, size_t* srtcp_len, size_t /*mki_index*/)
{
	return srtp_in_place_on_2(
	  rtcp,
	  rtcp_len,
	  srtcp,
	  srtcp_len,
	  SRTP_MAX_TRAILER_LEN + sizeof(uint32_t),
	  [ctx](void* p, int* n) { return srtp_protect_rtcp(ctx, p, n); });
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t ctx, const uint8_t* srtcp, size_t srtcp_len, uint8_t* rtcp, size_t* rtcp_len)
{
	return srtp_in_place_on_2(
	  srtcp, srtcp_len, rtcp, rtcp_len, 0, [ctx](void* p, int* n) { return srtp_unprotect_rtcp(ctx, p, n); });
}

#endif
