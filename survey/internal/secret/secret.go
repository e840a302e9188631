// Package secret makes the secrets that links, cookies and API keys carry, and what is stored of them.
package secret

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"io"
)

// Alphabet is Crockford's base 32 in lower case: sorts as the bytes do, and has no letters that are misread.
var Alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// secretBytes is how many random bytes a secret has: 160 bits, more than the 128 that guessing could ever threaten.
const secretBytes = 20

// Length is how many characters a secret has.
const Length = secretBytes * 8 / 5

// New returns a fresh secret of Length characters, safe in a URL.
func New(random io.Reader) string {
	raw := make([]byte, secretBytes)
	Read(random, raw)
	return Alphabet.EncodeToString(raw)
}

// Hash returns what is stored of a secret. A plain hash is enough: there are too many secrets to try.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Matches compares without telling, by its duration, how much of a guess was right.
func Matches(hash, secret string) bool {
	return hash != "" && subtle.ConstantTimeCompare([]byte(hash), []byte(Hash(secret))) == 1
}

// Read fills b. Randomness that fails cannot be answered by any caller: crypto/rand itself ends the program then.
func Read(random io.Reader, b []byte) {
	if _, err := io.ReadFull(random, b); err != nil {
		panic("survey: no randomness: " + err.Error())
	}
}
