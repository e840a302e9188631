package survey

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"earshot/survey/store"
)

// Logo is the picture of a logo. Its id is a hash of its bytes with an ending, so that it never changes and may be kept by whoever loads it; and it
// stays when another takes its place, for mails that went out show it.
type Logo struct {
	store.Meta `json:",inline"`
	Body       []byte    `json:"body"`
	Width      int       `json:"width"`
	Height     int       `json:"height"`
	CreatedAt  time.Time `json:"created_at"`
}

var logoSpec = &store.Spec{
	Name: "logos",
	New:  func() store.Doc { return new(Logo) },
}

// Bounds of a logo's file, in bytes and pixels.
const (
	MaxLogoBytes  = 50_000
	MaxLogoWidth  = 600
	MaxLogoHeight = 200
	// maxLogoKept bounds it as it is kept: encoders differ a little.
	maxLogoKept = 60_000
	// jpegQuality is that at which a photograph of a logo loses nothing that is seen, in percent.
	jpegQuality = 90
)

// The endings of logos' names.
const (
	pngEnding  = ".png"
	jpegEnding = ".jpg"
)

// logoHash is how many hexadecimal digits of its hash are in a logo's name.
const logoHash = 24

// Type is the picture's media type.
func (l *Logo) Type() string {
	if len(l.ID) > len(jpegEnding) && l.ID[len(l.ID)-len(jpegEnding):] == jpegEnding {
		return "image/jpeg"
	}
	return "image/png"
}

// logoPath is where logos are served, by their names.
const logoPath = "/logo/"

// LogoPath is where the logo of that name is served.
func LogoPath(name string) string { return logoPath + name }

// readLogo takes a picture in: it is drawn anew, so that nothing else that was in the file is kept. Errors are Invalid, and name the field logo.
func readLogo(file []byte) (*Logo, error) {
	if len(file) > MaxLogoBytes {
		return nil, InvalidField("logo", "has %d bytes, and may have %d: save it smaller", len(file), MaxLogoBytes)
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(file))
	decode, known := logoDecoders[format]
	switch {
	case err != nil || !known:
		return nil, InvalidField("logo", "must be a picture as PNG, JPEG or GIF")
	case config.Width > MaxLogoWidth || config.Height > MaxLogoHeight || config.Width < 1 || config.Height < 1:
		return nil, InvalidField("logo", "has %d × %d pixels, and may have %d × %d: save it smaller", config.Width, config.Height, MaxLogoWidth, MaxLogoHeight)
	}
	picture, err := decode(file)
	if err != nil {
		return nil, InvalidField("logo", "cannot be used: %s", err)
	}
	return newLogo(picture, format)
}

// newLogo encodes a picture.
func newLogo(picture image.Image, format string) (*Logo, error) {
	var b bytes.Buffer
	ending, encode := pngEnding, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode
	if format == "jpeg" {
		ending, encode = jpegEnding, func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, &jpeg.Options{Quality: jpegQuality}) }
	}
	if err := encode(&b, picture); err != nil {
		return nil, fmt.Errorf("encode a logo: %w", err)
	}
	if b.Len() > maxLogoKept {
		return nil, InvalidField("logo", "has %d bytes once it is drawn anew, and may have %d: save it with fewer pixels or colours", b.Len(), maxLogoKept)
	}
	sum := sha256.Sum256(b.Bytes())
	size := picture.Bounds().Size()
	return &Logo{Meta: store.Meta{ID: hex.EncodeToString(sum[:])[:logoHash] + ending}, Body: b.Bytes(), Width: size.X, Height: size.Y}, nil
}

// logoDecoders read pictures of the formats that every mail program shows. Other packages may teach the standard library more.
var logoDecoders = map[string]func([]byte) (image.Image, error){
	"png":  func(file []byte) (image.Image, error) { return broken(png.Decode(bytes.NewReader(file))) },
	"jpeg": func(file []byte) (image.Image, error) { return broken(jpeg.Decode(bytes.NewReader(file))) },
	"gif":  stillGIF,
}

// broken says of a picture that cannot be decoded what the reader can do with.
func broken(picture image.Image, err error) (image.Image, error) {
	if err != nil {
		return nil, fmt.Errorf("the picture is broken")
	}
	return picture, nil
}

// stillGIF reads a GIF of one frame. Of one with more it decodes no other: they can be as many as fit into the file.
func stillGIF(file []byte) (image.Image, error) {
	rest := bytes.NewReader(file)
	picture, err := broken(gif.Decode(rest))
	if err == nil && anotherFrame(rest) {
		err = fmt.Errorf("it moves, and must be a still picture")
	}
	return picture, err
}

// The blocks of a GIF (GIF89a, 20 and 24).
const (
	gifFrame     = 0x2c
	gifExtension = 0x21
)

// anotherFrame says whether a frame follows in the blocks of a GIF.
func anotherFrame(rest *bytes.Reader) bool {
	for {
		switch block, _ := rest.ReadByte(); block {
		case gifFrame:
			return true
		case gifExtension:
			_, _ = rest.ReadByte() // what it extends
			for size := byte(1); size > 0; {
				size, _ = rest.ReadByte() // 0 at the end of the file too
				_, _ = rest.Seek(int64(size), io.SeekCurrent)
			}
		default:
			return false
		}
	}
}
