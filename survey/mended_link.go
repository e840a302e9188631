package survey

import (
	"regexp"
	"strconv"
	"strings"

	"earshot/survey/internal/secret"
)

// linkBegins is a path that begins as those of our links do, with the token, the page behind it, and what follows. Mail and chat programs take the full stop
// of a sentence, a bracket, a quotation mark or a slash for a part of a link, and some hide characters without a width in it.
var linkBegins = regexp.MustCompile(`^/r/([0-9A-Za-z]{` + strconv.Itoa(tokenIDLength+secret.Length) + `})(/unsubscribe|/decline)?(?s:[^0-9A-Za-z].*)?$`)

// MendedLink returns the path of a link of ours as it was before something came behind it, or its letters were made large. It is the same where
// nothing did, and empty where it is no link of ours.
func MendedLink(path string) string {
	found := linkBegins.FindStringSubmatch(path)
	if found == nil {
		return ""
	}
	return AnswerPath(strings.ToLower(found[1])) + found[2]
}
