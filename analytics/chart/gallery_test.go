package chart_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"earshot/analytics/chart"
)

// TestGallery writes all samples as files to look at, when EARSHOT_GALLERY names a folder: that is how the pictures were
// drawn and mended.
func TestGallery(t *testing.T) {
	folder := os.Getenv("EARSHOT_GALLERY")
	if folder == "" {
		t.Skip("EARSHOT_GALLERY names no folder to write the gallery to")
	}
	var page strings.Builder
	page.WriteString(`<!doctype html><meta charset="utf-8"><title>Charts</title><body style="background:#ddd">`)
	each(t, func(name string, p chart.Picture) {
		svg, err := p.SVG()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		bitmap, err := p.PNG(2)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		write(t, filepath.Join(folder, name+".svg"), svg)
		write(t, filepath.Join(folder, name+".png"), bitmap)
		page.WriteString(`<p><img src="` + name + `.svg">`)
	})
	write(t, filepath.Join(folder, "index.html"), []byte(page.String()))
}

func write(t testing.TB, path string, body []byte) {
	t.Helper()
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
}
