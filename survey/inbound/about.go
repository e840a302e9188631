package inbound

import (
	"regexp"
	"slices"
	"strings"
)

// maxAbout is how many Message-IDs are kept.
const maxAbout = 50

var (
	identifier = regexp.MustCompile(`<\s*([^<>\s@]{1,500}@[^<>\s@]{1,500})\s*>`)
	bareID     = regexp.MustCompile(`^\s*([^<>\s@:;]{1,500}@[^<>\s@:;]{1,500})\s*$`)
	quotedID   = regexp.MustCompile(`(?im)^[>\s|]*(?:X-)?(?:Original-)?Message-ID\s*:[>\s]*<?([^\s<>@]{1,500}@[^\s<>@]{1,500})>?`)
)

// identifiers returns the Message-IDs of a field, without brackets.
func identifiers(field string) []string {
	field = readable(cut(field, 100*maxField))
	found := identifier.FindAllStringSubmatch(field, 100)
	if found == nil {
		found = bareID.FindAllStringSubmatch(field, 1)
	}
	var ids []string
	for _, f := range found {
		ids = append(ids, f[1])
	}
	return ids
}

// about returns the Message-IDs that the mail may be about. What hangs in a mail that a person wrote is whatever they chose to
// attach, so there it comes last.
func (l *letter) about(kind Kind) []string {
	var returned, named []string
	inner := l.message()
	if report := l.wrapped(); report != nil {
		inner = report.message()
	}
	if l.header.Has(reportedBy) {
		returned = identifiers(l.header.Get("Message-Id"))
	}
	if inner != nil {
		returned = identifiers(inner.header.Get("Message-Id"))
	}
	l.walk(func(p *part) {
		if strings.HasPrefix(p.media, "message/") || p.media == "text/rfc822-headers" || strings.HasPrefix(p.media, "text/") {
			for _, found := range quotedID.FindAllStringSubmatch(p.words(), maxAbout) {
				returned = append(returned, found[1])
			}
		}
	})
	for _, name := range []string{"Original-Message-Id", "X-Original-Message-Id", "In-Reply-To"} {
		named = append(named, identifiers(l.header.Get(name))...)
	}
	references := identifiers(l.header.Get("References"))
	slices.Reverse(references)
	named = append(named, references...)
	if kind == Reply || kind == Unsubscribe {
		return few(named, returned)
	}
	return few(returned, named)
}

// few returns the Message-IDs once each.
func few(first, then []string) []string {
	var once []string
	for _, id := range slices.Concat(first, then) {
		if !slices.Contains(once, id) && len(once) < maxAbout {
			once = append(once, id)
		}
	}
	return once
}
