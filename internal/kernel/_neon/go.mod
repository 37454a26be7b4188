module github.com/lumen-ml/lumen/internal/kernel/_neon

go 1.26.0

require golang.org/x/arch v0.32.0
