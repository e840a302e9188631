package inbound

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"strings"
	"sync"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/charset"
	"github.com/emersion/go-message/textproto"
)

// What is read of a mail at most. Nothing that anybody sends in good faith comes near.
const (
	maxDepth       = 20
	maxParts       = 200
	maxHeaderLines = 2_000
	maxHeaderBytes = 256 << 10
	// maxWords is how many bytes of text are looked at.
	maxWords = 200 << 10
)

// part is a mail or a part of one (RFC 2045): a leaf with a body, or a branch.
type part struct {
	header message.Header
	// media is the type in lower case, "text/plain" where none is given.
	media  string
	params map[string]string
	// body is that of a leaf, its transfer encoding undone.
	body []byte
	// parts are those of a multipart; a message that hangs in this one (message/rfc822 and the like) is its only part.
	parts []*part
	// words returns the text of a leaf, which is decoded once.
	words func() string
}

// parser divides a mail into its parts. It never fails: what cannot be divided is a leaf.
type parser struct{ parts int }

// parse reads a mail or a part, which is media where its header does not say.
func (p *parser) parse(raw []byte, media string, depth int) *part {
	p.parts++
	header, body := split(raw)
	one := &part{header: readHeader(header)}
	one.words = sync.OnceValue(one.decoded)
	one.media, one.params = mediaType(one.header.Get("Content-Type"), media)
	switch whole := depth < maxDepth; {
	case whole && strings.HasPrefix(one.media, "multipart/"):
		inner := "text/plain"
		if one.media == "multipart/digest" {
			inner = "message/rfc822"
		}
		for _, piece := range divide(body, one.params["boundary"]) {
			if p.parts < maxParts {
				one.parts = append(one.parts, p.parse(piece, inner, depth+1))
			}
		}
		if one.parts == nil {
			one.media, one.body = "text/plain", body
		}
	case whole && returned(one.media):
		one.parts = []*part{p.parse(undo(body, one.header.Get("Content-Transfer-Encoding")), "text/plain", depth+1)}
	default:
		one.body = undo(body, one.header.Get("Content-Transfer-Encoding"))
	}
	return one
}

// returned says whether the type is that of a message, or its header, within a mail (RFC 3462, RFC 6532).
func returned(media string) bool {
	switch media {
	case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "message/rfc822-headers", "text/rfc822", "message/news":
		return true
	}
	return false
}

// split divides a mail at its first empty line.
func split(raw []byte) (header, body []byte) {
	for at := 0; at < len(raw); {
		end := bytes.IndexByte(raw[at:], '\n')
		if end < 0 {
			break
		}
		if len(bytes.TrimRight(raw[at:at+end], "\r")) == 0 {
			return raw[:at], raw[at+end+1:]
		}
		at += end + 1
	}
	return raw, nil
}

// readHeader reads the fields of a header, and leaves out lines that are none.
func readHeader(raw []byte) message.Header {
	var clean bytes.Buffer
	inField, lines := false, 0
	for line := range bytes.Lines(raw[:min(len(raw), maxHeaderBytes)]) {
		line = bytes.TrimRight(line, "\r\n")
		if lines++; lines > maxHeaderLines {
			break
		}
		folded := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		if !folded {
			inField = isField(line)
		}
		if inField {
			clean.Write(bytes.ReplaceAll(line, []byte{0}, nil))
			clean.WriteString("\r\n")
		}
	}
	clean.WriteString("\r\n")
	header, _ := textproto.ReadHeader(bufio.NewReader(&clean))
	return message.Header{Header: header}
}

// isField says whether a line begins a field: a name of visible ASCII and a colon.
func isField(line []byte) bool {
	name, _, found := bytes.Cut(line, []byte(":"))
	name = bytes.TrimRight(name, " \t")
	return found && len(name) > 0 && !bytes.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' })
}

// mediaType reads a Content-Type, also one that is damaged.
func mediaType(field, otherwise string) (string, map[string]string) {
	if strings.TrimSpace(field) == "" {
		return otherwise, nil
	}
	media, params, err := mime.ParseMediaType(field)
	if err == nil || media != "" && params["boundary"] != "" {
		return media, params
	}
	media, rest, _ := strings.Cut(field, ";")
	params = map[string]string{}
	for pair := range strings.SplitSeq(rest, ";") {
		name, value, _ := strings.Cut(pair, "=")
		params[strings.ToLower(strings.TrimSpace(name))] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	media, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(media)), " ")
	if !strings.Contains(media, "/") {
		media = "text/plain" // RFC 822's "Content-Type: text"
	}
	return media, params
}

// divide returns the parts of a multipart. Where no line is the boundary that the header names, the first line that looks like one is
// taken for it; the last part may have no end.
func divide(body []byte, boundary string) [][]byte {
	parts := divideAt(body, []byte("--"+boundary))
	if boundary != "" && parts != nil {
		return parts
	}
	for line := range bytes.Lines(body) {
		line = bytes.TrimRight(line, " \t\r\n")
		if len(line) > 4 && bytes.HasPrefix(line, []byte("--")) && !bytes.Contains(line, []byte(" ")) {
			return divideAt(body, line)
		}
	}
	return nil
}

func divideAt(body, delimiter []byte) [][]byte {
	var parts [][]byte
	begin, at := -1, 0
	for line := range bytes.Lines(body) {
		next := at + len(line)
		if rest, found := bytes.CutPrefix(bytes.TrimRight(line, " \t\r\n"), delimiter); found && (len(rest) == 0 || string(rest) == "--") {
			if begin >= 0 {
				parts = append(parts, body[begin:at])
			}
			begin = next
			if len(rest) > 0 || len(parts) >= maxParts {
				return parts
			}
		}
		at = next
	}
	if begin >= 0 && begin < len(body) {
		parts = append(parts, body[begin:])
	}
	return parts
}

// undo undoes a transfer encoding, and returns what came before damage.
func undo(body []byte, encoding string) []byte {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return unbase64(body)
	case "quoted-printable":
		plain, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(body)))
		if err != nil {
			return unquote(body)
		}
		return plain
	}
	return body
}

// unbase64 reads base64 among characters that are none, and whatever follows an early end.
func unbase64(body []byte) []byte {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	kept := make([]byte, 0, len(body))
	for _, c := range body {
		if strings.IndexByte(letters, c) >= 0 {
			kept = append(kept, c)
		}
	}
	if len(kept)%4 == 1 {
		kept = kept[:len(kept)-1]
	}
	plain := make([]byte, base64.RawStdEncoding.DecodedLen(len(kept)))
	n, _ := base64.RawStdEncoding.Decode(plain, kept)
	return plain[:n]
}

// unquote reads quoted-printable line by line, and leaves a damaged line as it is.
func unquote(body []byte) []byte {
	var plain bytes.Buffer
	for line := range bytes.Lines(body) {
		if one, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(line))); err == nil {
			plain.Write(one)
		} else {
			plain.Write(line)
		}
	}
	return plain.Bytes()
}

func (p *part) decoded() string {
	text := readable(decode(p.body[:min(len(p.body), maxWords)], p.params["charset"]))
	if p.media == "text/html" {
		return plainOf(text)
	}
	return text
}

// field returns what a field of the header says, on one line of at most so many bytes; empty if there is no such field.
func (p *part) field(name string) string {
	return oneLine(decodeWords(p.header.Get(name)), maxField)
}

// maxField is how many bytes are kept of a field.
const maxField = 1_000

// fields returns what all fields of the name say, the first first.
func (p *part) fields(name string) []string {
	var all []string
	for f := p.header.FieldsByKey(name); f.Next() && len(all) < 50; {
		all = append(all, oneLine(decodeWords(f.Value()), 10*maxField))
	}
	return all
}

// decodeWords reads encoded words (RFC 2047), and bytes that should have been encoded and are not.
func decodeWords(value string) string {
	value = decode([]byte(cut(value, 100*maxField)), "")
	decoder := mime.WordDecoder{CharsetReader: charset.Reader}
	if plain, err := decoder.DecodeHeader(value); err == nil {
		return plain
	}
	return value
}

// walk calls visit for the mail's own parts, from the first to the last, not for those of messages that hang in it.
func (p *part) walk(visit func(*part)) {
	visit(p)
	if returned(p.media) {
		return
	}
	for _, inner := range p.parts {
		inner.walk(visit)
	}
}

// find returns the first of the mail's own parts that is of one of the types, or nil.
func (p *part) find(media ...string) *part {
	var found *part
	p.walk(func(one *part) {
		for _, m := range media {
			if found == nil && one.media == m {
				found = one
			}
		}
	})
	return found
}

// message returns the message that hangs in the mail, or nil.
func (p *part) message() *part {
	var found *part
	p.walk(func(one *part) {
		if found == nil && returned(one.media) && len(one.parts) > 0 {
			found = one.parts[0]
		}
	})
	return found
}

// text returns what the mail says to people: its first text, plain where there is one.
func (p *part) text() string {
	var text, html string
	p.walk(func(one *part) {
		switch {
		case strings.HasPrefix(one.header.Get("Content-Disposition"), "attachment"):
		case one.media == "text/html" && html == "":
			html = one.words()
		case strings.HasPrefix(one.media, "text/") && one.media != "text/html" && one.media != "text/calendar" && !returned(one.media) && strings.TrimSpace(text) == "":
			text = one.words()
		}
	})
	if strings.TrimSpace(text) == "" {
		return html
	}
	return text
}
