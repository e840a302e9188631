package frontend

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// QRCode is a picture that phones read, drawn as one path of squares.
type QRCode struct {
	// Size is the picture's width and height in squares, with the quiet zone of four around it that readers want.
	Size int
	// Path is what is dark, in SVG's words.
	Path string
}

// quietZone is how many light squares stand around a QR code: ISO 18004 wants four.
const quietZone = 4

// NewQRCode draws text as a QR code.
func NewQRCode(text string) (*QRCode, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("frontend: %w", err)
	}
	side := code.Bounds().Dx()
	var path strings.Builder
	for y := range side {
		for x := range side {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quietZone, y+quietZone)
			}
		}
	}
	return &QRCode{Size: side + 2*quietZone, Path: path.String()}, nil
}
