package survey

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"io"
)

// secretBytes is how many random bytes a secret has: 160 bits, more than the 128 that guessing could ever threaten.
const secretBytes = 20

// secretLength is how many characters a secret has.
const secretLength = secretBytes * 8 / 5

// newSecret returns a fresh secret of secretLength characters, safe in a URL.
func newSecret(random io.Reader) string {
	raw := make([]byte, secretBytes)
	mustRead(random, raw)
	return idAlphabet.EncodeToString(raw)
}

// hashSecret returns what is stored of a secret. A plain hash is enough: there are too many secrets to try.
func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// secretMatches compares without telling, by its duration, how much of a guess was right.
func secretMatches(hash, secret string) bool {
	return hash != "" && subtle.ConstantTimeCompare([]byte(hash), []byte(hashSecret(secret))) == 1
}
