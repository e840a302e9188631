package frontend

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"path"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// Asset is a file that pages load. Its name holds a hash of its bytes, so that it can be cached for good.
type Asset struct {
	Body        []byte
	ContentType string
	// ETag is quoted, as HTTP wants it.
	ETag string
}

// assetHash is how many hexadecimal digits of a hash are in an asset's name: enough to tell versions apart.
const assetHash = 12

// Assets are the files that pages load, by their names below PathStatic.
func (f *Frontend) Assets() map[string]Asset { return f.assets }

// loadAssets reads the style sheets and the script and names them by their hashes.
func (f *Frontend) loadAssets() error {
	f.assets = make(map[string]Asset)
	style, err := f.addAsset("static/rep.css", "text/css; charset=utf-8")
	if err != nil {
		return err
	}
	f.styleURL = PathStatic + style
	script, err := f.addAsset("static/passkeys.js", "text/javascript; charset=utf-8")
	if err != nil {
		return err
	}
	f.passkeyScript = PathStatic + script
	contact, err := staticFiles.ReadFile("static/contact.css")
	if err != nil {
		return fmt.Errorf("frontend: %w", err)
	}
	small := squeezeCSS(string(contact))
	f.contact = contactStyle{css: template.CSS(small), hash: hashOf([]byte(small))}
	return nil
}

func (f *Frontend) addAsset(file, contentType string) (string, error) {
	body, err := staticFiles.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("frontend: %w", err)
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])[:assetHash]
	name := hash + path.Ext(file)
	f.assets[name] = Asset{Body: body, ContentType: contentType, ETag: `"` + hash + `"`}
	return name, nil
}

// squeezeCSS takes out comments and needless space of a style sheet of ours, which has no strings with either.
func squeezeCSS(css string) string {
	for {
		from := strings.Index(css, "/*")
		if from < 0 {
			break
		}
		to := strings.Index(css[from:], "*/")
		css = css[:from] + css[from+to+2:]
	}
	css = strings.Join(strings.Fields(css), " ")
	return strings.NewReplacer(" {", "{", "{ ", "{", "; ", ";", ";}", "}", "} ", "}", ": ", ":", ", ", ",").Replace(css)
}
