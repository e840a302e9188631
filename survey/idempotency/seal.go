package idempotency

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
)

// seal encrypts the parts of an answer, by AES-256-GCM under a key that derives from the caller's secret (HKDF, RFC 5869): an
// answer may hold the link to an invitation, of which nothing but a hash is stored elsewhere.
type seal struct{ cipher.AEAD }

// sealKeyBytes is the length of a key of AES-256.
const sealKeyBytes = 32

// seal returns what seals the answer to that try: no two have the same key.
func (r Request) seal(a *Attempt) seal {
	key, err := hkdf.Key(sha256.New, []byte(r.Caller), []byte(r.Key), a.ID+"."+a.Holder, sealKeyBytes)
	if err != nil {
		panic("idempotency: " + err.Error()) // lengths that the standard allows
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("idempotency: " + err.Error())
	}
	sealed, err := cipher.NewGCM(block)
	if err != nil {
		panic("idempotency: " + err.Error())
	}
	return seal{sealed}
}

// nonce is the part's place: each key seals each place once.
func (s seal) nonce(place int) []byte {
	nonce := make([]byte, s.NonceSize())
	binary.BigEndian.PutUint64(nonce[len(nonce)-8:], uint64(place))
	return nonce
}

// close encrypts a part.
func (s seal) close(place int, plain []byte) []byte { return s.Seal(nil, s.nonce(place), plain, nil) }

// open decrypts a part.
func (s seal) open(place int, sealed []byte) ([]byte, error) {
	return s.Open(nil, s.nonce(place), sealed, nil)
}
