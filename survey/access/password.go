package access

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"earshot/survey/internal/secret"
)

// Argon2id's cost for new passwords: OWASP's first recommendation of the Password Storage Cheat Sheet (19 MiB, two
// passes, one lane). Hashes carry their own cost, so raising these leaves old ones valid.
const (
	argonMemoryKiB = 19 * 1024
	argonPasses    = 2
	argonLanes     = 1
	argonSaltBytes = 16
	argonKeyBytes  = 32
	// argonMaxMemoryKiB bounds what a stored hash may ask for.
	argonMaxMemoryKiB = 1024 * 1024
)

// Passwords that are accepted, in characters: at least what makes a phrase, at most what nobody types. NIST SP 800-63B asks
// for 8 beside a second factor and 15 without one, and for no rules on what they are made of; what is usual is refused by
// a list instead.
const (
	MinPassword = 12
	MaxPassword = 200
)

// dummyHash is compared with when there is no such rep, so that an answer takes as long as for a real one. It is
// the hash of nothing anybody knows, at the present cost.
var dummyHash = fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	argonMemoryKiB, argonPasses, argonLanes)

// hashPassword hashes a password when its turn comes; see gate.pass for the errors.
func (s *Service) hashPassword(ctx context.Context, password string) (hash string, err error) {
	err = s.hashing.pass(ctx, func() { hash = hashPassword(normal(password), s.random) })
	return hash, err
}

// normal spells a password in one way, for keyboards spell ä as one character or as two. Only what is the same to a reader
// becomes the same: NFC, as NIST SP 800-63B and RFC 8265 have it.
func normal(password string) string { return norm.NFC.String(password) }

// setPassword gives a rep the password of that hash: their sessions end, and links to set another one.
func (s *Service) setPassword(rep *Rep, hash string) {
	rep.PasswordHash, rep.PasswordWeak, rep.Resets, rep.SessionsSince = hash, false, nil, s.now()
}

// passwordMatches compares when its turn comes; see gate.pass for the errors. Older hashes are of what was typed as it came,
// so that is tried too where it is spelt otherwise.
func (s *Service) passwordMatches(ctx context.Context, hash, password string) (right bool, err error) {
	err = s.hashing.pass(ctx, func() {
		right = passwordMatches(hash, normal(password)) || normal(password) != password && passwordMatches(hash, password)
	})
	return right, err
}

// hashPassword returns password as an argon2id string in PHC format: $argon2id$v=19$m=…,t=…,p=…$salt$key.
func hashPassword(password string, random io.Reader) string {
	salt := make([]byte, argonSaltBytes)
	secret.Read(random, salt)
	key := argon2.IDKey([]byte(password), salt, argonPasses, argonMemoryKiB, argonLanes, argonKeyBytes)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemoryKiB, argonPasses, argonLanes, encode(salt), encode(key))
}

// passwordMatches says whether password is the one that hash was made of. A hash that cannot be read matches nothing.
func passwordMatches(hash, password string) bool {
	var version int
	var memory, passes uint32
	var lanes uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	_, errVersion := fmt.Sscanf(parts[2], "v=%d", &version)
	_, errCost := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes)
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	key, errKey := base64.RawStdEncoding.DecodeString(parts[5])
	if errVersion != nil || errCost != nil || errSalt != nil || errKey != nil || version != argon2.Version ||
		memory > argonMaxMemoryKiB || passes == 0 || lanes == 0 || len(key) == 0 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1
}
