package mongodb

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"
)

// RefusedError says that MongoDB refuses this program, and why: nobody but an operator can mend that. To users it is
// store.ErrUnavailable like any other.
type RefusedError struct {
	// Why is a sentence for the operator.
	Why string
	// Err is what the driver says.
	Err error
}

// Error tells the operator what to do.
func (e *RefusedError) Error() string { return e.Why + ": " + e.Err.Error() }

// Unwrap says what kind of error it is.
func (e *RefusedError) Unwrap() []error { return []error{store.ErrUnavailable, e.Err} }

// The codes with which servers refuse: the last is that of Atlas for a wrong user or password.
const (
	codeUnauthorized         = 13
	codeAuthenticationFailed = 18
	codeAtlas                = 8000
)

// refused returns a RefusedError if MongoDB refuses this program, nil if something else is the matter.
func refused(err error) error {
	if why := refusal(err); why != "" {
		return &RefusedError{why, err}
	}
	return nil
}

func refusal(err error) string {
	var handshake driver.Error
	var server mongo.ServerError
	switch {
	case errors.As(err, &handshake) && (handshake.Code == codeAuthenticationFailed || handshake.Code == codeAtlas), lockedOut(err):
		return "MongoDB does not know this user with this password (it looks for the user in the database of the address; authSource=admin makes it look in admin)"
	case errors.As(err, &server) && server.HasErrorCode(codeUnauthorized) && server.HasErrorMessage("requires authentication"):
		return "MongoDB wants a user and a password: write mongodb://user:password@host/database"
	case errors.As(err, &server) && server.HasErrorCode(codeUnauthorized):
		return "the MongoDB user may not do what is needed; give it the role readWrite on the database"
	}
	var selection topology.ServerSelectionError
	if !errors.As(err, &selection) {
		return ""
	}
	if c := selection.Desc.CompatibilityErr; c != nil {
		return tooOld
	}
	if len(selection.Desc.Servers) == 0 {
		return "no server of the MongoDB address belongs to the replica set that it names"
	}
	for _, s := range selection.Desc.Servers {
		if why := unreachable(s.LastError); why != "" {
			return fmt.Sprintf("%s (%s)", why, s.Addr)
		}
	}
	return ""
}

// lockedOut says whether all connections were given up because another one was not let in. Of that the driver keeps the text
// alone.
func lockedOut(err error) bool {
	var cleared driver.RetryablePoolError
	text := err.Error()
	return errors.As(err, &cleared) && (strings.Contains(text, "(AuthenticationFailed)") || strings.Contains(text, "(AtlasError)"))
}

// unreachable tells why no connection came about, if it is something that will not pass by itself.
func unreachable(err error) string {
	if err == nil {
		return ""
	}
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name *net.DNSError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &authority):
		return "the certificate of the MongoDB server comes from an authority that is not known here; name its file in the address: tlsCAFile=…"
	case errors.As(err, &certificate):
		return "the certificate of the MongoDB server is not valid for this host"
	case errors.As(err, &record), strings.Contains(err.Error(), "tls: "):
		return "the MongoDB server refuses this TLS connection"
	case strings.HasSuffix(err.Error(), "EOF"):
		return "the MongoDB server ends connections at once: either it wants TLS (tls=true in the address) or it knows none"
	case errors.As(err, &name) && name.IsNotFound:
		return "the host of the MongoDB address is not known"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody listens at the MongoDB address"
	}
	return ""
}
