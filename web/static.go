package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"time"
)

//go:embed static/graphiql/*.js static/graphiql/*.css static/graphiql/LICENSE.*
//go:embed static/demo/*.js static/demo/*.css static/demo/*.svg
var staticFiles embed.FS

type staticFile struct {
	body []byte
	tag  string
}

// Static serves the embedded files under /static/. It answers 404 to every other path; there are no directory listings.
func Static() http.Handler {
	files := loadStatic()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, known := files[r.URL.Path]
		if !known {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("ETag", file.tag)
		h.Set("Cache-Control", "no-cache") // may be kept, but must be checked: the next build may bring another file
		h.Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, r.URL.Path, time.Time{}, bytes.NewReader(file.body))
	})
}

// loadStatic reads every embedded file, by the URL path it is served at.
func loadStatic() map[string]staticFile {
	files := map[string]staticFile{}
	err := fs.WalkDir(staticFiles, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(name)
		files["/"+name] = staticFile{body: body, tag: fmt.Sprintf(`"%x"`, sha256.Sum256(body))}
		return err
	})
	if err != nil {
		panic(err) // embedded files are always readable
	}
	return files
}
