package address_test

import (
	"errors"
	"net/mail"
	"strings"
	"testing"

	"earshot/survey/address"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, envelope, shown, key, person string }{
		{"plain", "ana@x.example", "ana@x.example", "ana@x.example", "ana@x.example", "ana@x.example"},
		{"upper case", "Ana.Ruiz@X.EXAMPLE", "Ana.Ruiz@x.example", "Ana.Ruiz@x.example", "ana.ruiz@x.example", "ana.ruiz@x.example"},
		{"own letters in the domain", "x@Müller.example", "x@xn--mller-kva.example", "x@müller.example", "x@xn--mller-kva.example", "x@xn--mller-kva.example"},
		{"decomposed letters", "x@mu\u0308ller.example", "x@xn--mller-kva.example", "x@müller.example", "x@xn--mller-kva.example", "x@xn--mller-kva.example"},
		{"the domain as in the DNS", "x@XN--MLLER-KVA.example", "x@xn--mller-kva.example", "x@müller.example", "x@xn--mller-kva.example", "x@xn--mller-kva.example"},
		{"sharp s", "x@straße.example", "x@xn--strae-oqa.example", "x@straße.example", "x@xn--strae-oqa.example", "x@xn--strae-oqa.example"},
		{"an ideographic full stop", "x@例え。テスト", "x@xn--r8jz45g.xn--zckzah", "x@例え.テスト", "x@xn--r8jz45g.xn--zckzah", "x@xn--r8jz45g.xn--zckzah"},
		{"own letters before the @", "Jörg@x.example", "Jörg@x.example", "Jörg@x.example", "jörg@x.example", "jörg@x.example"},
		{"decomposed before the @", "jo\u0308rg@x.example", "jörg@x.example", "jörg@x.example", "jörg@x.example", "jörg@x.example"},
		{"final sigma", "ΝΊΚΟΣ@x.example", "ΝΊΚΟΣ@x.example", "ΝΊΚΟΣ@x.example", "νίκοσ@x.example", "νίκοσ@x.example"},
		{"a tag", "Ana+News@x.example", "Ana+News@x.example", "Ana+News@x.example", "ana+news@x.example", "ana@x.example"},
		{"a telephone number", "+491701234@x.example", "+491701234@x.example", "+491701234@x.example", "+491701234@x.example", "+491701234@x.example"},
		{"odd letters that are allowed", "o'brien!#$%&*-/=?^_`{|}~@x.example", "o'brien!#$%&*-/=?^_`{|}~@x.example", "o'brien!#$%&*-/=?^_`{|}~@x.example", "o'brien!#$%&*-/=?^_`{|}~@x.example", "o'brien!#$%&*-/=?^_`{|}~@x.example"},
		{"hyphens in the third and fourth place", "x@my--shop.example", "x@my--shop.example", "x@my--shop.example", "x@my--shop.example", "x@my--shop.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := address.Parse(tt.in)
			if err != nil {
				t.Fatalf("Parse(%q): %v", tt.in, err)
			}
			for _, part := range []struct{ of, got, want string }{
				{"envelope", a.Envelope(), tt.envelope}, {"text", a.String(), tt.shown},
				{"key", a.Key(), tt.key}, {"person", a.Person(), tt.person},
			} {
				if part.got != part.want {
					t.Errorf("%s of %q: got %q, want %q", part.of, tt.in, part.got, part.want)
				}
			}
		})
	}
}

// TestSpellings holds what people paste against the address that they mean.
func TestSpellings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in string }{
		{"space around it", " \tana@x.example\r\n"},
		{"a hard space", "\u00A0ana@x.example\u202F"},
		{"a zero-width space behind it", "ana@x.example\u200B"},
		{"a zero-width space in the middle", "ana@\u200Bx.exa\u200Bmple"},
		{"a byte order mark", "\uFEFFana@x.example"},
		{"a soft hyphen", "ana@x.exam\u00ADple"},
		{"marks of direction", "\u202A\u200Eana@x.example\u202C"},
		{"isolates", "\u2066ana@x.example\u2069"},
		{"a word joiner", "an\u2060a@x.example"},
		{"joiners between Latin letters", "a\u200Dna@x\u200C.example"},
		{"a variation selector", "ana\uFE0F@x.example"},
		{"a Hangul filler", "ana@x.example\u3164"},
		{"a zero byte", "ana@x.example\x00"},
		{"blanks around the @", "ana @ x.example"},
		{"a line break behind the @", "ana@\r\n x.example"},
		{"full width", "ａｎａ＠ｘ．ｅｘａｍｐｌｅ"},
		{"a small @", "ana﹫x.example"},
		{"brackets", "<ana@x.example>"},
		{"full-width brackets", "＜ana@x.example＞"},
		{"a bracket that is not closed", "<ana@x.example"},
		{"a name", "Ana Ruiz <ana@x.example>"},
		{"a name with a comma", "Ruiz, Ana <ana@x.example>"},
		{"a name in quotes", `"Ruiz, Ana" <ana@x.example>;`},
		{"the address as the name", `"ana@x.example" <ana@x.example>`},
		{"the address as the name, in other letters", "ANA@X.example <mailto:ana@x.example>"},
		{"a remark", "ana@x.example (Ana Ruiz)"},
		{"mailto", "mailto:ana@x.example"},
		{"mailto with a subject", "MAILTO:ana@x.example?subject=Hello%20you"},
		{"mailto, escaped", "mailto:an%61%40x.example"},
		{"what a chat program makes of it", "<mailto:ana@x.example|ana@x.example>"},
		{"a proxy address", "SMTP:ana@x.example"},
		{"a full stop behind it", "ana@x.example."},
		{"the end of a list", "ana@x.example; "},
		{"quotes", `"ana@x.example"`},
		{"typographic quotes", "„ana@x.example“"},
		{"an apostrophe as spreadsheets write", "'ana@x.example"},
		{"brackets of a text", "(ana@x.example)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := address.Parse(tt.in)
			if err != nil {
				t.Fatalf("Parse(%q): %v", tt.in, err)
			}
			if got, want := a.Key(), "ana@x.example"; got != want {
				t.Errorf("key of %q: got %q, want %q", tt.in, got, want)
			}
			if got, want := a.Envelope(), "ana@x.example"; got != want {
				t.Errorf("envelope of %q: got %q, want %q", tt.in, got, want)
			}
		})
	}
}

func TestParseRule(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in, want string
		err      error
	}{
		{"@x.example", "@x.example", nil},
		{" *@X.example. ", "@x.example", nil},
		{"<@x.example>", "@x.example", nil},
		{"＊＠Müller.example", "@xn--mller-kva.example", nil},
		{"* @ xn--mller-kva.example", "@xn--mller-kva.example", nil},
		{"Ana+News@x.example", "ana+news@x.example", nil},
		{"@localhost", "", address.ErrDomain},
		{"@*.x.example", "", address.ErrDomain},
		{"@x.example, @y.example", "", address.ErrDomain},
		{"**@x.example", "**@x.example", nil},
		{"mailto:*@x.example", "", address.ErrWhole},
		{"x.example", "", address.ErrAddress},
	} {
		a, err := address.ParseRule(tt.in)
		if a.Key() != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%q: got %q and error %v, want %q and %v", tt.in, a.Key(), err, tt.want, tt.err)
		}
		if got, want := a.IsEverybody(), strings.HasPrefix(tt.want, "@"); got != want {
			t.Errorf("%q: got everybody %v, want %v", tt.in, got, want)
		}
	}
	one, err := address.Parse("ana@müller.example")
	if all := one.Everybody(); err != nil || all.String() != "@müller.example" || all.Person() != "@xn--mller-kva.example" || all.Everybody() != all {
		t.Errorf("got %q (%v), want everybody at the domain", all, err)
	}
	if (address.Address{}).IsEverybody() {
		t.Error("no address stands for everybody")
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in string
		want     error
	}{
		{"nothing", "", address.ErrAddress},
		{"only invisible", "\u200B\uFEFF", address.ErrAddress},
		{"no @", "ana.x.example", address.ErrAddress},
		{"nothing before the @", "@x.example", address.ErrAddress},
		{"nothing behind the @", "ana@", address.ErrAddress},
		{"not UTF-8", "an\xffa@x.example", address.ErrAddress},
		{"a broken escape", "mailto:an%6@x.example", address.ErrAddress},
		{"an escape that is not UTF-8", "mailto:an%ff@x.example", address.ErrAddress},
		{"text behind the brackets", "<ana@x.example> Ana", address.ErrAddress},
		{"two", "ana@x.example, bo@y.example", address.ErrSeveral},
		{"two without a comma", "ana@x.example bo@y.example", address.ErrSeveral},
		{"two with names", "Ana <ana@x.example>, Bo <bo@y.example>", address.ErrSeveral},
		{"the name is another address", "bo@y.example <ana@x.example>", address.ErrSeveral},
		{"the remark is another address", "ana@x.example (bo@y.example)", address.ErrSeveral},
		{"two @", "ana@home@x.example", address.ErrSeveral},
		{"everybody", "*@x.example", address.ErrWhole},
		{"everybody, in full width", "＊@x.example", address.ErrWhole},
		{"quoted", `"ana ruiz"@x.example`, address.ErrLocal},
		{"quoted with an @", `"ana@home"@x.example`, address.ErrLocal},
		{"a blank", "ana ruiz@x.example", address.ErrLocal},
		{"dots side by side", "ana..ruiz@x.example", address.ErrLocal},
		{"a dot in front", ".ana@x.example", address.ErrLocal},
		{"a dot before the @", "ana.@x.example", address.ErrLocal},
		{"a backslash", `an\a@x.example`, address.ErrLocal},
		{"brackets inside", "an(a@x.example", address.ErrLocal},
		{"a host", "ana@localhost", address.ErrDomain},
		{"an IP address", "ana@192.0.2.1", address.ErrDomain},
		{"an address literal", "ana@[192.0.2.1]", address.ErrDomain},
		{"a blank in the domain", "ana@x example.org", address.ErrDomain},
		{"dots side by side in the domain", "ana@x..example", address.ErrDomain},
		{"an underscore in the domain", "ana@x_y.example", address.ErrDomain},
		{"a hyphen in front", "ana@-x.example", address.ErrDomain},
		{"a hyphen at the end", "ana@x-.example", address.ErrDomain},
		{"punycode of nothing", "ana@xn--a.example", address.ErrDomain},
		{"a label that is too long", "ana@" + strings.Repeat("x", 64) + ".example", address.ErrDomain},
		{"too long before the @", strings.Repeat("a", 65) + "@x.example", address.ErrLong},
		{"too long in all", strings.Repeat("a", 64) + "@" + strings.Repeat("x.", 95) + "example", address.ErrLong},
		{"far too long", strings.Repeat("a", 60_000) + "@x.example", address.ErrLong},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if a, err := address.Parse(tt.in); !errors.Is(err, tt.want) {
				t.Errorf("Parse(%q): got %q and error %v, want %v", tt.in, a, err, tt.want)
			}
		})
	}
}

func TestKeyOfWhatIsNoAddress(t *testing.T) {
	t.Parallel()
	if got, want := address.Key(` "Ana Ruiz"@X.example `), `"ana ruiz"@x.example`; got != want {
		t.Errorf("got key %q, want %q", got, want)
	}
	if got := (address.Address{}); !got.IsZero() || got.Envelope() != "" || got.Key() != "" || got.String() != "" {
		t.Errorf("got %q of no address, want nothing", got)
	}
}

// FuzzParse holds that whatever is taken can be mailed, and stays the same in every form that we write it in and in every
// spelling that people find for it.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"ana@x.example", "Ana Ruiz <ana+b@müller.example>", "x@xn--mller-kva.example", "mailto:a%40b@x.example", "ａｎａ＠ｘ．ｅｘａｍｐｌｅ",
		"\u202Aana@x.example\u200B", "ΝΊΚΟΣ@straße.example", "क्\u200Dष@x.example", "İ@x.example", "ﷺ@x.example", "ŉ@x.example", "ᾳ@x.example",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := address.Parse(s)
		if err != nil {
			return
		}
		for form, text := range map[string]string{
			"text": a.String(), "envelope": a.Envelope(),
			"with a zero-width space": "\u200B" + a.String() + "\u200B", "in a mail": "Ana <" + a.Envelope() + ">",
		} {
			if again, err := address.Parse(text); err != nil || again != a {
				t.Errorf("%q, %s %q: got %q and error %v", s, form, text, again, err)
			}
		}
		for form, text := range map[string]string{
			"key": a.Key(), "upper case": strings.ToUpper(a.Envelope()), "lower case": strings.ToLower(a.Envelope()),
		} {
			if got := address.Key(text); got != a.Key() {
				t.Errorf("%q, %s %q: got key %q, want %q", s, form, text, got, a.Key())
			}
		}
		if p, err := address.Parse(a.Person()); err != nil || p.Person() != a.Person() {
			t.Errorf("%q: got person %q, whose person is %q (%v)", s, a.Person(), p.Person(), err)
		}
		if m, err := mail.ParseAddress("<" + a.Envelope() + ">"); err != nil || m.Address != a.Envelope() || m.String() != "<"+a.Envelope()+">" {
			t.Errorf("%q: net/mail makes %v of the envelope %q (%v)", s, m, a.Envelope(), err)
		}
	})
}
