package mail

import (
	"bytes"
	"errors"
	"fmt"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"earshot/survey"
)

// attach has a mail go along as it is; nil is none. One of plain short lines goes as message/rfc822, which must not be encoded (RFC 2046, 5.2.1);
// any other as a file, so that no server on the way has to be able to carry it.
func attach(mail *gomail.Msg, content []byte) error {
	if content == nil {
		return nil
	}
	name, options := "answer.eml", []gomail.FileOption{gomail.WithFileContentType("application/octet-stream")}
	if plain(content) {
		content = bytes.ReplaceAll(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		options = []gomail.FileOption{gomail.WithFileContentType("message/rfc822"), gomail.WithFileEncoding(gomail.NoEncoding)}
	}
	if err := mail.AttachReader(name, bytes.NewReader(content), options...); err != nil {
		return fmt.Errorf("the mail that goes along cannot be attached: %w", err)
	}
	return nil
}

// embed has a picture travel in the mail (RFC 2387); nil is none.
func embed(mail *gomail.Msg, p *survey.Picture) error {
	if p == nil {
		return nil
	}
	if !isMessageID(p.ID) {
		return errors.New("the id of a picture is not of the form unique@domain")
	}
	err := mail.EmbedReader(p.Name, bytes.NewReader(p.Body), gomail.WithFileContentType(gomail.ContentType(p.Type)), gomail.WithFileContentID(p.ID))
	if err != nil {
		return fmt.Errorf("a picture cannot be embedded: %w", err)
	}
	return nil
}

// plain says whether every server carries the mail as it is: of ASCII without other control characters than line ends and tabs, in lines that are
// not too long.
func plain(content []byte) bool {
	odd := func(r rune) bool { return r > unicode.MaxASCII || r < ' ' && r != '\t' }
	for line := range bytes.Lines(content) {
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if len(line) > maxLine || bytes.IndexFunc(line, odd) >= 0 {
			return false
		}
	}
	return true
}
