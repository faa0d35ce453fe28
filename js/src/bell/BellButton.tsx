import type { Words } from "../i18n";
import { Button } from "../ui/Button";
import type { Bell } from "./useBell";

export const BellButton = ({ bell, words }: { bell: Bell | undefined; words: Words }) =>
  bell && <Button variant="tool" icon="bell" label={words.bell} pressed={bell.isOn} onClick={bell.toggle} />;
