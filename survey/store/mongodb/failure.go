package mongodb

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

// MongoDB's error codes that are told apart (https://www.mongodb.com/docs/manual/reference/error-codes/).
const (
	codeDuplicateKey     = 11000
	codeOutOfDiskSpace   = 14031
	codeNamespaceMissing = 26
)

// tooLargeCodes: the document is larger than MongoDB's 16 MiB.
var tooLargeCodes = []int{10334, 17419, 17420, 17280}

// electionCodes: the server is no primary, or not any more, or it ends. There will be another one.
var electionCodes = []int{91, 189, 10107, 11600, 11602, 13435, 13436}

// passing says whether an error comes from the network or an election, and will be over by itself.
func passing(err error) bool {
	var server mongo.ServerError
	if !errors.As(err, &server) {
		return true
	}
	return mongo.IsNetworkError(err) || slices.ContainsFunc(electionCodes, server.HasErrorCode)
}

// failure gives an error of the driver its kind. Errors that have one already stay as they are.
func failure(ctx context.Context, err error) error {
	if err == nil || kindly(err) {
		return err
	}
	if ended := ended(ctx, err); ended != nil {
		return fmt.Errorf("%w: %w", ended, err)
	}
	var server mongo.ServerError
	if errors.As(err, &server) {
		for _, code := range tooLargeCodes {
			if server.HasErrorCode(code) {
				return fmt.Errorf("%w: %w", store.ErrQuery, err)
			}
		}
		if full(server) {
			return fmt.Errorf("%w: %w", store.ErrFull, err)
		}
	}
	if refusal := refused(err); refusal != nil {
		return refusal
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}

// earlyBy is how much earlier than a context's deadline the driver may give up on its account: it sets the deadline on the
// connection, by a timer of its own, and subtracts what the way to the server takes.
const earlyBy = 50 * time.Millisecond

// ended returns why the caller's context is over, or nil if something else is the matter.
func ended(ctx context.Context, err error) error {
	if deadline, bounded := ctx.Deadline(); bounded && mongo.IsTimeout(err) && time.Until(deadline) < earlyBy {
		return context.DeadlineExceeded
	}
	return ctx.Err()
}

// kindly says whether the error is one of the port's.
func kindly(err error) bool {
	for _, kind := range []error{store.ErrNotFound, store.ErrConflict, store.ErrQuery, store.ErrFull, store.ErrUnavailable} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// full says whether the server has no room: its disk is full, or the hosting's quota is used up.
func full(err mongo.ServerError) bool {
	return err.HasErrorCode(codeOutOfDiskSpace) || err.HasErrorMessage("over your space quota") ||
		strings.Contains(strings.ToLower(err.Error()), "no space left on device")
}

// indexInMessage finds the index in a message such as: E11000 duplicate key error collection: d.c index: by_code dup key: …
var indexInMessage = regexp.MustCompile(`index: (?:[^ ]*\$)?([^ ]+) +dup key`)

// takenIndex tells which of the server's indexes a duplicate key error is about, empty when the server does not say.
func takenIndex(message string) string {
	found := indexInMessage.FindStringSubmatch(message)
	if found == nil {
		return ""
	}
	return found[1]
}
