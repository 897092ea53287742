import { z } from 'zod'

// Otherwise zod tries whether it may make code of texts. The page may not, and the browser tells of each try.
z.config({ jitless: true })
