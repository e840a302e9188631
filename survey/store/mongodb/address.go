package mongodb

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// AddressError says what is wrong with a MongoDB address. It never holds its password.
type AddressError struct{ Why string }

// Error tells the operator what to do.
func (e *AddressError) Error() string { return "the MongoDB address is not valid: " + e.Why }

// parsed reads an address and returns what of it is overridden, in sentences.
func parsed(uri string) (*connstring.ConnString, []string, error) {
	c, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, nil, &AddressError{wrongWith(err)}
	}
	if len(c.UnknownOptions) > 0 {
		names := slices.Sorted(maps.Keys(c.UnknownOptions))
		return nil, nil, &AddressError{fmt.Sprintf("there is no option %s; see the list of options in MongoDB's manual under Connection Strings", strings.Join(names, ", "))}
	}
	return c, overridden(c), nil
}

// wrongWith words an error of the parser. Those about user and password could hold a part of them.
func wrongWith(err error) string {
	text := strings.TrimPrefix(err.Error(), "error parsing uri: ")
	for _, secret := range []string{"user info", "username", "password", "URL escape"} {
		if strings.Contains(text, secret) {
			return "the user name and the password must be percent-encoded in it: write @ as %40, : as %3A, / as %2F, % as %25"
		}
	}
	if strings.Contains(text, "_tcp.") {
		return "its host cannot be looked up in DNS, as mongodb+srv:// wants it: " + text
	}
	return text
}

// overridden tells which settings of an address are not obeyed, for the port promises otherwise.
func overridden(c *connstring.ConnString) []string {
	var list []string
	ignored := func(is bool, option, instead string) {
		if is {
			list = append(list, fmt.Sprintf("the option %s of the MongoDB address is not obeyed: %s", option, instead))
		}
	}
	ignored(c.RetryWritesSet && !c.RetryWrites, "retryWrites", "writes are tried again once, so that an election loses and doubles nothing")
	ignored(c.RetryReadsSet && !c.RetryReads, "retryReads", "reads are tried again once")
	ignored(c.ReadConcernLevel != "" && c.ReadConcernLevel != "majority", "readConcernLevel", "reads see what a majority has")
	ignored(c.ReadPreference != "" && !strings.EqualFold(c.ReadPreference, "primary"), "readPreference", "the primary is read, and another member only where there is none")
	ignored(c.WNumberSet || c.WString != "" && c.WString != "majority", "w", "writes wait for a majority")
	ignored(c.JSet && !c.J, "journal", "writes wait for the journal")
	ignored(c.SocketTimeoutSet, "socketTimeoutMS", "timeoutMS bounds each operation")
	return list
}
