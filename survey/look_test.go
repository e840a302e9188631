package survey_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/bmp"

	"earshot/survey"
	"earshot/survey/contrast"
)

// drawn is a picture of that size in two colours.
func drawn(width, height int) *image.Paletted {
	p := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.White, color.RGBA{0x0b, 0x5a, 0x6e, 0xff}})
	for i := range p.Pix {
		p.Pix[i] = uint8(i / 7 % 2)
	}
	return p
}

func fileOf(t testing.TB, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, p image.Image) []byte {
	return fileOf(t, func(b *bytes.Buffer) error { return png.Encode(b, p) })
}

func gifOf(t testing.TB, frames int) []byte {
	g := &gif.GIF{}
	for range frames {
		g.Image, g.Delay = append(g.Image, drawn(20, 10)), append(g.Delay, 5)
	}
	return fileOf(t, func(b *bytes.Buffer) error { return gif.EncodeAll(b, g) })
}

// huge is the head of a PNG that says it has so many pixels.
func huge(t testing.TB) []byte {
	file := pngOf(t, drawn(20, 10))
	copy(file[16:], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // a width and a height of 65,536
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

// TestLogosAreTakenIn keeps pictures without what else was in their files.
func TestLogosAreTakenIn(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	secret := "GPS 48.1351 N 11.5820 E <script>alert(1)</script>"
	polyglot := append(pngOf(t, drawn(600, 200)), secret...)
	jpg := fileOf(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, drawn(150, 90), nil) })
	withExif := append(append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(2 + len(secret))}, secret...), jpg[2:]...)
	for name, row := range map[string]struct {
		file          []byte
		kind          string
		width, height int
	}{
		"polyglot": {polyglot, "image/png", 180, 60}, "JPEG with metadata": {withExif, "image/jpeg", 100, 60}, "GIF": {gifOf(t, 1), "image/png", 20, 10},
		"GIF with a comment": {append(append(gifOf(t, 1)[:len(gifOf(t, 1))-1], 0x21, 0xfe, 3, 'a', 'b', 'c', 0), 0x3b), "image/png", 20, 10},
	} {
		look, err := s.ChangeLook(t.Context(), survey.LookInput{LogoBy: survey.LogoInline, Logo: row.file})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		logo, err := s.Logo(t.Context(), look.Logo)
		must(t, logo, err)
		if bytes.Contains(logo.Body, []byte("script")) || logo.Type() != row.kind {
			t.Errorf("%s: what was in the file besides the picture is kept, or it is %s", name, logo.Type())
		}
		if w, h := look.ShownLogo(); w != row.width || h != row.height {
			t.Errorf("%s: shown at %d × %d, want %d × %d", name, w, h, row.width, row.height)
		}
		again, err := s.ChangeLook(t.Context(), survey.LookInput{LogoBy: survey.LogoLink, Logo: logo.Body})
		if must(t, again, err); again.Logo != look.Logo {
			t.Errorf("%s: the same picture sent in again is another", name)
		}
	}
}

// TestLogosAreRefused names the field and says why.
func TestLogosAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	noise := image.NewRGBA(image.Rect(0, 0, 300, 200))
	for i, n := 0, uint32(1); i < len(noise.Pix); i++ {
		n = n*1664525 + 1013904223
		noise.Pix[i] = uint8(n >> 24)
	}
	cut := pngOf(t, drawn(100, 50))
	for name, row := range map[string]struct {
		file []byte
		want string
	}{
		"text": {[]byte("hello"), "PNG, JPEG or GIF"}, "SVG": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "PNG, JPEG or GIF"},
		"BMP":      {fileOf(t, func(b *bytes.Buffer) error { return bmp.Encode(b, drawn(20, 10)) }), "PNG, JPEG or GIF"},
		"too wide": {pngOf(t, drawn(601, 10)), "601 × 10 pixels"}, "too high": {pngOf(t, drawn(10, 201)), "10 × 201"},
		"too large": {pngOf(t, noise), "bytes, and may have 50000"}, "bomb": {huge(t), "65536 × 65536 pixels"},
		"half a PNG": {cut[:len(cut)-30], "broken"}, "500 frames": {gifOf(t, 500), "moves"}, "two frames": {gifOf(t, 2), "moves"},
		"JPEG's head alone": {[]byte{0xff, 0xd8, 0xff}, "PNG, JPEG or GIF"},
	} {
		_, err := s.ChangeLook(t.Context(), survey.LookInput{LogoBy: survey.LogoInline, Logo: row.file})
		known := survey.AsError(err)
		if survey.KindOf(err) != survey.Invalid || len(known.Fields) != 1 || known.Fields[0].Field != "logo" || !strings.Contains(known.Fields[0].Message, row.want) {
			t.Errorf("%s: got %+v, want one that says %q of logo", name, known, row.want)
		}
	}
	if look, err := s.Look(t.Context()); err != nil || look.Version != 0 || look.HasLogo() {
		t.Errorf("got %+v, %v after what was refused, want no look", look, err)
	}
}

func TestChangeLookRefuses(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	look, err := s.ChangeLook(t.Context(), survey.LookInput{Accent: " #FFD400 ", Sender: survey.SenderBoth})
	if must(t, look, err); look.Accent != "#ffd400" || look.Version != 1 {
		t.Errorf("got %+v", look)
	}
	for name, row := range map[string]struct {
		in   survey.LookInput
		want survey.Kind
	}{
		"a name of a colour": {survey.LookInput{Accent: "red"}, survey.Invalid}, "style": {survey.LookInput{Accent: "#fff;}"}, survey.Invalid},
		"sender": {survey.LookInput{Sender: "nobody"}, survey.Invalid}, "way": {survey.LookInput{LogoBy: "pigeon"}, survey.Invalid},
		"no logo": {survey.LookInput{LogoBy: survey.LogoLink}, survey.Invalid}, "kept logo that is none": {survey.LookInput{LogoBy: survey.LogoLink, KeepLogo: true}, survey.Invalid},
		"version": {survey.LookInput{Version: 7}, survey.Conflict},
	} {
		if _, err := s.ChangeLook(t.Context(), row.in); survey.KindOf(err) != row.want {
			t.Errorf("%s: got %v, want %s", name, err, row.want)
		}
	}
}

// TestALookIsInForceEverywhere within ten seconds, and the last one stays where the store is away.
func TestALookIsInForceEverywhere(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	here, _ := newServiceOn(t, db)
	faulty := &faultyStore{Store: db}
	there, clock := newServiceOn(t, faulty)
	if got := there.LookInForce(t.Context()); got.Accent != "" {
		t.Fatalf("got %+v", got)
	}
	if _, err := here.ChangeLook(t.Context(), survey.LookInput{Accent: "#ffd400"}); err != nil {
		t.Fatal(err)
	}
	if got := here.LookInForce(t.Context()); got.Accent != "#ffd400" {
		t.Errorf("got %q at once where it was changed", got.Accent)
	}
	clock.Advance(10 * time.Second)
	if got := there.LookInForce(t.Context()); got.Accent != "#ffd400" {
		t.Errorf("got %q ten seconds later elsewhere", got.Accent)
	}
	clock.Advance(10 * time.Second)
	faulty.fail = errors.New("the disk is gone")
	if got := there.LookInForce(t.Context()); got.Accent != "#ffd400" {
		t.Errorf("got %q while the store is away", got.Accent)
	}
}

// TestPalettes holds what becomes of an accent against WCAG, in light and dark.
func TestPalettes(t *testing.T) {
	t.Parallel()
	if survey.PaletteOf("") != survey.PaletteOf("no colour") || survey.PaletteOf("").Fill != "#0b5a6e" {
		t.Error("nothing set is not Earshot's own")
	}
	for _, accent := range []string{"", "#000000", "#ffffff", "#ffd400", "#00a0e3", "#e2001a", "#808080", "#0b5a6e", "#111111", "#fefefe"} {
		p := survey.PaletteOf(accent)
		for _, row := range []struct {
			front, ground string
			least         float64
		}{
			{p.Text, "#ffffff", 4.5}, {p.Text, "#fbfaf7", 4.5}, {p.Fill, "#ffffff", 3}, {p.Fill, "#fbfaf7", 3}, {p.On, p.Fill, 4.5},
			{p.DarkText, "#171715", 4.5}, {p.DarkText, "#21211e", 4.5}, {p.DarkFill, "#171715", 3}, {p.DarkFill, "#21211e", 3}, {p.DarkOn, p.DarkFill, 4.5},
		} {
			front, ok := contrast.Parse(row.front)
			ground, known := contrast.Parse(row.ground)
			if got := contrast.Ratio(front, ground); !ok || !known || got < row.least {
				t.Errorf("%q: %s on %s has %.2f, want %.1f", accent, row.front, row.ground, got, row.least)
			}
		}
	}
	if p := survey.PaletteOf("#e2001a"); p.Text != "#e2001a" || p.Fill != "#e2001a" || p.On != "#ffffff" {
		t.Errorf("a colour that can be told as it is was shifted: %+v", p)
	}
	if p := survey.PaletteOf("#ffd400"); p.On != "#000000" || p.DarkFill != "#ffd400" {
		t.Errorf("got %+v of a bright colour", p)
	}
}
